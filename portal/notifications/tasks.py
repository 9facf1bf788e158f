def wake():
    pass
