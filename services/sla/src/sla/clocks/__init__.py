"""What is owed on a ticket, when does it fall due, and was it kept?"""
