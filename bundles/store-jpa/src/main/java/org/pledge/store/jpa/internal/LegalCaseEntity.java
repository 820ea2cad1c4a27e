package org.pledge.store.jpa.internal;

import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Convert;
import javax.persistence.EmbeddedId;
import javax.persistence.Entity;
import javax.persistence.EnumType;
import javax.persistence.Enumerated;
import javax.persistence.Table;
import org.pledge.SubjectId;
import org.pledge.database.InstantConverter;
import org.pledge.database.Names;
import org.pledge.database.RowId;
import org.pledge.policy.Policy.Ground;
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.LegalCaseService.State;

/** A row of {@code legal_case}. */
@Entity
@Table(name = "legal_case")
public class LegalCaseEntity {
    @EmbeddedId
    private RowId key;

    @Enumerated(EnumType.STRING)
    private Ground ground;

    private String reference;
    private String partner;
    private String subjects;
    private String fields;

    @Convert(converter = InstantConverter.class)
    private Instant opened;

    @Convert(converter = InstantConverter.class)
    private Instant expires;

    @Column(name = "opened_by")
    private String openedBy;

    private String approvals;
    private String exceptions;

    @Enumerated(EnumType.STRING)
    private State state;

    protected LegalCaseEntity() {}

    static LegalCaseEntity from(LegalCase legalCase) {
        LegalCaseEntity entity = new LegalCaseEntity();
        entity.key = RowId.of(legalCase.tenant(), legalCase.id());
        entity.ground = legalCase.ground();
        entity.reference = legalCase.reference();
        entity.partner = legalCase.partner();
        entity.subjects = Names.join(legalCase.subjects());
        entity.fields = Names.join(legalCase.fields());
        entity.opened = legalCase.opened();
        entity.expires = legalCase.expires();
        entity.openedBy = legalCase.openedBy();
        entity.approvals = Names.join(legalCase.approvals());
        entity.exceptions = Names.join(legalCase.exceptions());
        entity.state = legalCase.state();
        return entity;
    }

    LegalCase toValue() {
        return new LegalCase(
                key.id(),
                key.tenant(),
                ground,
                reference,
                partner,
                Names.set(subjects, SubjectId::parse),
                Names.set(fields),
                opened,
                expires,
                openedBy,
                Names.set(approvals),
                Names.set(exceptions),
                state);
    }
}
