"""meridian"""
