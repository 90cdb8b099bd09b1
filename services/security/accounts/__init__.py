"""What keeps an account its owner's: passwords, second factor, invitations, shutting out."""
