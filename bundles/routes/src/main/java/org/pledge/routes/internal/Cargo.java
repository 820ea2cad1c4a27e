package org.pledge.routes.internal;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.PartnerService.Standing;
import org.pledge.sharing.spi.PartnerLine;

/** What a route carries to a partner, and who says that it may leave. */
sealed interface Cargo {
    TenantId tenant();

    String partner();

    /**
     * Decides once more.
     *
     * @return false when it may not leave any more
     * @throws PledgeException of kind {@code UNAVAILABLE} when that cannot be said now
     */
    boolean release(Services services);

    /** Whether a header of Camel that would steer the way out stays. */
    default boolean keeps(String header, Object value) {
        return false;
    }

    /** A delivery that was claimed from the outbox. */
    record Queued(Outbox.Delivery delivery) implements Cargo {
        @Override
        public TenantId tenant() {
            return delivery.tenant();
        }

        @Override
        public String partner() {
            return delivery.partner();
        }

        @Override
        public boolean release(Services services) {
            return services.outbox()
                    .get()
                    .orElseThrow(() -> Services.stopped("sharing"))
                    .release(delivery);
        }

        @Override
        public String toString() {
            return delivery.disclosure().toString();
        }
    }

    /** A message whose sender waits for the answer. */
    record Called(PartnerLine.Call call) implements Cargo {
        /** What the gate looked at itself, or what sending one message of one person meets. */
        private static final Set<String> MET = Set.of("attestation", "single-subject");

        private static final Pattern UUID =
                Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

        @Override
        public TenantId tenant() {
            return call.tenant();
        }

        @Override
        public String partner() {
            return call.partner();
        }

        /** Passes or throws: whoever waits is told why not. */
        @Override
        public boolean release(Services services) {
            call.matter().ifPresent(matter -> permitted(services, matter));
            PartnerService partners = services.partners().get().orElseThrow(() -> Services.stopped("partner"));
            Partner to = partners.find(tenant(), partner())
                    .orElseThrow(() -> denied(
                            "no partner of that name is registered",
                            List.of(),
                            "Register it: partner:put, or a file."));
            Standing standing = partners.standing(to);
            if (standing != Standing.ACTIVE) {
                throw denied(
                        "nothing may go to the partner now: " + standing,
                        List.of(),
                        "See what it lacks: partner:show --tenant " + tenant() + " " + partner());
            }
            return true;
        }

        /** The path below the partner's address, where it is an identifier. */
        @Override
        public boolean keeps(String header, Object value) {
            return header.equals(Exchange.HTTP_PATH)
                    && UUID.matcher(String.valueOf(value)).matches();
        }

        private void permitted(Services services, PartnerLine.Matter matter) {
            Gate gate = services.gate().get().orElseThrow(() -> Services.stopped("sharing"));
            Decision decision = gate.prepare(tenant(), partner(), matter.purpose(), matter.fields())
                    .decide(matter.subject());
            if (decision instanceof Decision.Denied no) {
                throw denied(no.reasons().get(0).text(), no.promises(), no.remedy());
            }
            Decision.Permitted permitted = (Decision.Permitted) decision;
            Optional<Decision.Reason> withheld = permitted.withheld().stream().findFirst();
            if (withheld.isPresent()) {
                throw denied(
                        withheld.get().field() + ": " + withheld.get().text(),
                        withheld.get().promises(),
                        "");
            }
            permitted.obligations().forEach(duty -> met(duty, permitted.promises()));
        }

        private static void met(Policy.Obligation duty, List<String> promises) {
            if (!MET.contains(duty.name())) {
                throw denied(
                        "the policy asks for " + duty.name() + ", which a single message cannot meet", promises, "");
            }
        }

        private static PledgeException denied(String text, List<String> promises, String remedy) {
            return new PledgeException(PledgeException.Kind.DENIED, text)
                    .because(promises)
                    .remedy(remedy);
        }

        @Override
        public String toString() {
            return call.key();
        }
    }
}
