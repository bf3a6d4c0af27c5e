"""How the weights of the line reader are made: text, pictures of it, network, training, export.

Nothing of the product imports this package, and its distribution leaves it out.
"""
