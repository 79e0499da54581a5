"""Pages of holdings: the register of equipment and the internal-control documents of a hotline."""
