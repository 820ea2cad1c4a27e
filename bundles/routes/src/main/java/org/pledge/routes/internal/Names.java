package org.pledge.routes.internal;

/** The message headers between {@code pledge:} endpoints and the steps of a route. */
final class Names {
    static final String SUBJECT = "PledgeSubject";
    static final String DECISION = "PledgeDecision";
    static final String PROMISES = "PledgePromises";
    static final String DISCLOSURE = "PledgeDisclosure";
    static final String IDEMPOTENCY_KEY = "PledgeIdempotencyKey";
    static final String PURPOSE = "PledgePurpose";
    static final String ATTEMPT = "PledgeAttempt";
    static final String TENANT = "PledgeTenant";
    static final String PARTNER = "PledgePartner";
    static final String KIND = "PledgeKind";
    static final String CREATED = "PledgeCreated";
    static final String ANSWER = "PledgeAnswer";
    static final String REFUSED = "PledgeRefused";
    static final String OPERATION = "PledgeOperation";

    private Names() {}

    /** Whether a header steers Camel or a step of ours, and so must not reach a partner. */
    static boolean internal(String header) {
        return header.regionMatches(true, 0, "Camel", 0, 5)
                || header.regionMatches(true, 0, "org.apache.camel.", 0, 17)
                || ours(header);
    }

    /** Whether a header is one of ours; a partner's answer may hold none. */
    static boolean ours(String header) {
        return header.regionMatches(true, 0, "Pledge", 0, 6) && !header.startsWith("Pledge-");
    }
}
