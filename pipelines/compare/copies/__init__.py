"""Is one text a copy of another, what makes a group of copies, and who published first?"""
