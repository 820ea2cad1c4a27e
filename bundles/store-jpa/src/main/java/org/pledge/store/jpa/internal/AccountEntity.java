package org.pledge.store.jpa.internal;

import javax.persistence.EmbeddedId;
import javax.persistence.Entity;
import javax.persistence.EnumType;
import javax.persistence.Enumerated;
import javax.persistence.Table;
import javax.persistence.Version;
import org.pledge.database.RowId;
import org.pledge.policy.Policy.Holder;
import org.pledge.subject.spi.SubjectStore.StoredAccount;

/** A row of {@code account}. */
@Entity
@Table(name = "account")
public class AccountEntity {
    @EmbeddedId
    private RowId key;

    private String tier;

    @Enumerated(EnumType.STRING)
    private Holder holder;

    private String jurisdiction;

    @Version
    private long version;

    protected AccountEntity() {}

    /** The version is left to the database: a new row has version 1. */
    static AccountEntity from(StoredAccount account) {
        AccountEntity entity = new AccountEntity();
        entity.key = RowId.of(account.tenant(), account.id().toUuid());
        entity.tier = account.tier();
        entity.holder = account.holder();
        entity.jurisdiction = account.jurisdiction();
        return entity;
    }

    StoredAccount toValue() {
        return new StoredAccount(key.tenant(), key.subject(), tier, holder, jurisdiction, version);
    }
}
