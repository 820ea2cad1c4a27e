package org.pledge.store.vault.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.persistence.Column;
import javax.persistence.Convert;
import javax.persistence.EmbeddedId;
import javax.persistence.Entity;
import javax.persistence.EnumType;
import javax.persistence.Enumerated;
import javax.persistence.Table;
import org.pledge.SubjectId;
import org.pledge.database.InstantConverter;
import org.pledge.database.RowId;
import org.pledge.database.UuidConverter;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.RevealService.State;
import org.pledge.vault.RevealService.Type;

/** A row of {@code reveal_request}. */
@Entity
@Table(name = "reveal_request")
public class RequestEntity {
    @EmbeddedId
    private RowId key;

    private String token;

    @Convert(converter = UuidConverter.class)
    private UUID customer;

    @Enumerated(EnumType.STRING)
    private Type kind;

    private String ticket;

    @Enumerated(EnumType.STRING)
    private State state;

    @Convert(converter = InstantConverter.class)
    private Instant opened;

    @Convert(converter = InstantConverter.class)
    private Instant expires;

    @Column(name = "opened_by")
    private String openedBy;

    @Column(name = "approved_by")
    private String approvedBy;

    @Convert(converter = InstantConverter.class)
    private Instant used;

    protected RequestEntity() {}

    static RequestEntity from(Request request) {
        RequestEntity entity = new RequestEntity();
        entity.key = RowId.of(request.tenant(), request.id());
        entity.token = request.token();
        entity.customer = request.customer().toUuid();
        entity.kind = request.type();
        entity.ticket = request.ticket();
        entity.state = request.state();
        entity.opened = request.opened();
        entity.expires = request.expires();
        entity.openedBy = request.openedBy();
        entity.approvedBy = request.approvedBy().orElse(null);
        entity.used = request.used().orElse(null);
        return entity;
    }

    Request toValue() {
        return new Request(
                key.tenant(),
                key.id(),
                token,
                SubjectId.of(customer),
                kind,
                ticket,
                state,
                opened,
                expires,
                openedBy,
                Optional.ofNullable(approvedBy),
                Optional.ofNullable(used));
    }
}
