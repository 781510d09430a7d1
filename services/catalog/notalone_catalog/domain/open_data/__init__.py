"""The catalogue in the words of others: Open Referral HSDS 3.1, and CPSV-J CSV, which is read too."""
