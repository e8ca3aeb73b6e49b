"""Whom do we owe a contact after a bad answer, who owns it, until when, and how did it end?"""
