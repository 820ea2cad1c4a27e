package org.pledge.store;

/** Transactions of the vault's own database, apart from everything else. Thread-safe. */
public interface VaultTransactions extends Transactions {}
