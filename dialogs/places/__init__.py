"""Every village of the country: the compact index of the public division data, and finding one in it by sound."""
