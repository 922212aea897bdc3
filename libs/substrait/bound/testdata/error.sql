SELECT nothing FROM n
