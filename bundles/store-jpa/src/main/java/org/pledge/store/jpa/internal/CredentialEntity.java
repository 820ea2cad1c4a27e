package org.pledge.store.jpa.internal;

import java.time.Instant;
import java.util.Optional;
import javax.persistence.Column;
import javax.persistence.Convert;
import javax.persistence.EmbeddedId;
import javax.persistence.Entity;
import javax.persistence.Table;
import org.pledge.Role;
import org.pledge.access.CredentialService.Credential;
import org.pledge.access.spi.AccessStore.StoredCredential;
import org.pledge.database.InstantConverter;
import org.pledge.database.Names;

/** A row of {@code credential}. */
@Entity
@Table(name = "credential")
public class CredentialEntity {
    @EmbeddedId
    private RowName key;

    private String holder;
    private String roles;

    @Convert(converter = InstantConverter.class)
    private Instant issued;

    @Convert(converter = InstantConverter.class)
    private Instant expires;

    @Column(name = "token_hash")
    private byte[] tokenHash;

    protected CredentialEntity() {}

    static CredentialEntity from(StoredCredential stored) {
        Credential credential = stored.credential();
        CredentialEntity entity = new CredentialEntity();
        entity.key = RowName.of(credential.tenant(), credential.name());
        entity.holder = credential.holder();
        entity.roles = Names.join(credential.roles());
        entity.issued = credential.issued();
        entity.expires = credential.expires().orElse(null);
        entity.tokenHash = stored.tokenHash().clone();
        return entity;
    }

    StoredCredential toValue() {
        return new StoredCredential(
                new Credential(
                        key.tenant(),
                        key.name(),
                        holder,
                        Names.set(roles, Role::valueOf),
                        issued,
                        Optional.ofNullable(expires)),
                tokenHash.clone());
    }
}
