package org.pledge.policy.internal;

import org.pledge.policy.Policy;

/** A pack that is right, for tests to break. */
final class SmallPack {
    static final String TEXT =
            """
            pledge: 1
            tenant: acme
            prefix: AC
            version: 1
            controller: Acme Fiction
            published: 2004-06-06
            source: made up for the tests
            contact: the privacy officer
            jurisdictions: [CA]
            documents: { terms: acme.example/terms }
            categories:
              name: { class: personal, role: controller, fideslang: user.name, dpv: Name }
              email: { class: personal, role: controller, fideslang: user.contact.email, dpv: EmailAddress }
              phone: { class: personal, role: controller, fideslang: user.contact.phone_number, dpv: TelephoneNumber }
              visits: { class: anonymous, role: processor, fideslang: user.behavior, dpv: UsageAnalytics }
            purposes:
              billing:
                basis: contract
                fideslang: essential.service.payment_processing
                dpv: PaymentManagement
                data:
                  name: until account-closed
                  email: P2Y
              marketing:
                basis: consent
                fideslang: marketing.advertising
                dpv: Marketing
                data: { email: P1Y, phone: P1Y }
              statistics:
                basis: legitimate-interest
                fideslang: analytics
                dpv: Statistics
                data: { visits: P90D }
            recipients:
              ad-partner: third-party
              bank: processor
              court: authority
            tiers:
              standard:
                company: { required: [name], optional: { phone: 3 }, promises: [AC-2] }
                individual: { required: [name, email], promises: [AC-2] }
            contacts:
              required: [name]
              optional: { phone: 3 }
              promises: [AC-2]
              roles: [owner, billing]
              complete-contact: [AC-2]
            children:
              minimum-age: 13
              in: { DE: 16 }
              promises: [AC-2]
            disclosures:
              - to: ad-partner
                for: marketing
                data: email
                answer: permit
                consent: opt-in
                consent-in: { US: implied }
                obligations: { k-anonymity: { k: 20 } }
                promises: [AC-1]
                because: Only who agreed gets advertising.
                remedy: Ask the person.
              - to: kind:processor
                for: billing
                data: [name, email]
                answer: permit
                consent: none
                promises: [AC-2]
                because: The bank charges for us.
              - to: any
                for: any
                data: role:processor
                answer: deny
                promises: [AC-3]
                because: Statistics belong to the customer.
            otherwise:
              promises: [AC-1]
              because: Nobody agreed to it.
            cases:
              - ground: law
                to: kind:authority
                data: name
                answer: permit
                promises: [AC-1]
                because: The law requires it.
              - ground: [law, security]
                to: court
                data: email
                answer: locked
                excepts: [AC-1]
                promises: [AC-1]
                because: The policy says never.
              - ground: any
                to: any
                data: role:processor
                answer: deny
                promises: [AC-3]
                because: It is not ours.
            marketing: { sale: never, third-party-offers: opt-in, opt-out: P10D, promises: [AC-1] }
            cookies:
              - { name: prefs, owner: first-party, purpose: billing, kind: preference, life: session, promises: [AC-2] }
            transfers: { regions: { US: { mechanism: consent, promises: [AC-2] } } }
            ownership: { transfer: not-announced }
            promises:
              - id: AC-1
                section: Sharing
                text: Nothing goes out unasked.
                control: disclosure-rule
                with: { consent: opt-in, k: 20 }
              - id: AC-2
                section: Collection
                text: Little is collected.
                control: separate-store
                planned: The vault brings it.
              - id: AC-3
                section: Statistics
                text: Statistics stay.
                declared-only: No code can tell what people do elsewhere.
            """;

    private SmallPack() {}

    /** The pack with one passage put in the place of another, which must be there exactly once. */
    static String with(String passage, String other) {
        return replaced(TEXT, passage, other);
    }

    static String replaced(String text, String passage, String other) {
        int first = text.indexOf(passage);
        if (first < 0 || text.indexOf(passage, first + 1) >= 0) {
            throw new IllegalArgumentException("must be there exactly once: " + passage);
        }
        return text.replace(passage, other);
    }

    static CompiledPolicy compiled(String text) {
        PackCompiler.Result result = PackCompiler.compile("acme.policy.yaml", text);
        return result.policy()
                .orElseThrow(() -> new AssertionError(result.problems().toString()));
    }

    static Policy policy() {
        return compiled(TEXT);
    }
}
