"""How the weights of the line readers are made: text, pictures of it, network, training, export, 8 bits.

Nothing of the product imports this package, and its distribution leaves it out.
"""
