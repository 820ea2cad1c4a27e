package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentView;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Partner;

/**
 * One question, compiled for the partners of now and for this day (UTC); both are looked at before each answer. For
 * each accepted policy version and jurisdiction only consent is left open; the answers are kept by the set of permitted
 * fields. Which consents matter is known only from the version and the jurisdiction; to read everything in one look,
 * those that mattered to anybody so far are asked for.
 */
final class PreparedQuestion implements Gate.Question {
    private static final long SECONDS_PER_DAY = 86_400;
    private static final int MOST_STANDINGS = 4096;
    private static final int MOST_OUTCOMES = 1024;
    private static final long[] NO_SCOPES = {};
    /** The accepted version and the jurisdiction in an answer to {@link ConsentView#ask}, without the consents. */
    private static final long RULES_MASK = 0xFFFF_FFFFL;

    private final TenantId tenant;
    private final String partnerName;
    private final String purpose;
    private final List<String> fields;
    private final boolean duty;
    private final PolicyService policies;
    private final ConsentView consents;
    private final PartnerTable partners;
    private final Clock clock;
    private final AtomicReference<Compiled> current = new AtomicReference<>();

    /** @param duty whether the law demands it, so that neither a restriction nor an objection ends it */
    PreparedQuestion(
            TenantId tenant,
            String partnerName,
            String purpose,
            List<String> fields,
            boolean duty,
            PolicyService policies,
            ConsentView consents,
            PartnerTable partners,
            Clock clock) {
        this.tenant = tenant;
        this.partnerName = partnerName;
        this.purpose = purpose;
        this.fields = fields;
        this.duty = duty;
        this.policies = policies;
        this.consents = consents;
        this.partners = partners;
        this.clock = clock;
    }

    @Override
    public Decision decide(SubjectId subject) {
        long now = Math.floorDiv(clock.millis(), 1000L);
        long day = Math.floorDiv(now, SECONDS_PER_DAY);
        Compiled compiled = current.get();
        if (compiled == null || compiled.generation != partners.generation() || compiled.day != day) {
            compiled = compile(day);
        }
        return compiled.decide(subject, now);
    }

    private Compiled compile(long day) {
        long generation = partners.generation();
        Compiled compiled = new Compiled(generation, day, partners.find(tenant, partnerName));
        current.set(compiled);
        return compiled;
    }

    private final class Compiled {
        private final long generation;
        private final long day;
        private final Optional<Partner> partner;
        private final LongTable<Rules> rules = new LongTable<>(MOST_STANDINGS);
        private final AtomicReference<Unknown> unknown = new AtomicReference<>();
        private final AtomicReference<long[]> scopes = new AtomicReference<>(NO_SCOPES);

        Compiled(long generation, long day, Optional<Partner> partner) {
            this.generation = generation;
            this.day = day;
            this.partner = partner;
        }

        Decision decide(SubjectId subject, long now) {
            while (true) {
                long[] asked = scopes.get();
                long answer = consents.ask(tenant, subject, asked, 0, now);
                if (ConsentView.version(answer) == 0) {
                    return unknownSubject();
                }
                Rules known = rules.get(answer & RULES_MASK);
                if (known == null) {
                    Optional<Policy> policy = policies.version(tenant, ConsentView.version(answer));
                    if (policy.isEmpty()) {
                        return unknownSubject();
                    }
                    int jurisdiction = ConsentView.jurisdictionOf(answer);
                    known = rules.keep(answer & RULES_MASK, rules(policy.get(), jurisdiction));
                }
                if (known.reach <= asked.length) {
                    return known.decide(subject, asked, answer, now);
                }
            }
        }

        /** The place of a scope among those that are asked for; it never changes. */
        private int place(long scope) {
            while (true) {
                long[] present = scopes.get();
                for (int i = 0; i < present.length; i++) {
                    if (present[i] == scope) {
                        return i;
                    }
                }
                long[] more = Arrays.copyOf(present, present.length + 1);
                more[present.length] = scope;
                scopes.compareAndSet(present, more);
            }
        }

        private Decision unknownSubject() {
            Policy policy = policies.current(tenant);
            Unknown present = unknown.get();
            if (present == null || present.policy() != policy) {
                present = new Unknown(policy, unknownDecision(policy, recipient(), purpose, fields));
                unknown.set(present);
            }
            return present.decision();
        }

        private String recipient() {
            return partner.map(Partner::recipient).orElse(partnerName);
        }

        private Rules rules(Policy policy, int number) {
            String jurisdiction = consents.jurisdiction(number);
            boolean restricted =
                    !duty && consents.restricts(number) && PersonRules.endsWhileRestricted(policy, purpose);
            List<Cell> cells = new ArrayList<>();
            for (String field : fields) {
                Policy.Ruling ruling = policy.ruling(recipient(), purpose, field);
                Need need = ruling.needFor(jurisdiction);
                TransferRules.Basis basis = partner.map(one -> TransferRules.basis(policy, one, jurisdiction, today()))
                        .orElse(TransferRules.Basis.NOT_ABROAD);
                List<Refusal> refusals = restricted
                        ? List.of(PersonRules.restricted(policy, field, ruling.promises()))
                        : refusals(policy, field, ruling, need, basis);
                boolean asks = refusals.isEmpty() && need != Need.NOTHING;
                // Only a cell that consent can open gets a number: numbers are never taken back.
                int place = asks ? place(consents.scope(tenant, purpose, partnerName, field)) : 0;
                boolean asksTransfer = refusals.isEmpty() && basis == TransferRules.Basis.CONSENT;
                int transfer = asksTransfer
                        ? place(consents.scope(tenant, Policy.TRANSFER_ABROAD, partnerName, field))
                        : Cell.NO_PLACE;
                cells.add(new Cell(field, ruling, need, refusals, place, basis, transfer));
            }
            boolean asksInquiry = policy.purpose(purpose)
                            .filter(Policy.Purpose::endsWithInquiry)
                            .isPresent()
                    && cells.stream().anyMatch(cell -> cell.refusals().isEmpty());
            return new Rules(
                    policy,
                    partner,
                    cells,
                    asksInquiry
                            ? Optional.of(
                                    new Ending(place(consents.inquiryScope(tenant)), withoutInquiry(policy, cells)))
                            : Optional.empty(),
                    !duty && consents.objects(number) && PersonRules.endsWithObjection(policy, purpose)
                            ? Optional.of(new Objecting(
                                    place(consents.objectionScope(tenant, purpose)),
                                    place(consents.objectionScope(tenant, "")),
                                    despiteObjection(policy, cells)))
                            : Optional.empty());
        }

        private Decision despiteObjection(Policy policy, List<Cell> cells) {
            Verdict verdict = new Verdict();
            cells.forEach(cell -> verdict.refuse(
                    cell.refusals().isEmpty()
                            ? List.of(PersonRules.objected(
                                    policy, cell.field(), cell.ruling().promises(), purpose))
                            : cell.refusals()));
            return verdict.decision();
        }

        private Decision withoutInquiry(Policy policy, List<Cell> cells) {
            List<String> about = policy.endingWithInquiry(purpose);
            Verdict verdict = new Verdict();
            for (Cell cell : cells) {
                verdict.refuse(
                        cell.refusals().isEmpty()
                                ? List.of(Refusal.ofRequest(
                                        Code.NO_OPEN_INQUIRY,
                                        about.isEmpty() ? cell.ruling().promises() : about,
                                        "\"" + purpose + "\" ends with the person's inquiry, and none is open",
                                        "When the person asks something: inquiry:open --tenant " + tenant + " SUBJECT"))
                                : cell.refusals());
            }
            return verdict.decision();
        }

        private LocalDate today() {
            return LocalDate.ofEpochDay(day);
        }

        private List<Refusal> refusals(
                Policy policy, String field, Policy.Ruling ruling, Need need, TransferRules.Basis basis) {
            if (partner.isEmpty()) {
                return List.of(AgreementRules.unknown(partnerName, ruling.promises()));
            }
            if (need == Need.NEVER) {
                boolean provided = policy.purpose(purpose)
                        .filter(one -> one.retention().containsKey(field))
                        .isPresent();
                return List.of(Refusal.ofField(
                        provided ? Code.PROHIBITED : Code.NOT_PROVIDED,
                        field,
                        ruling.promises(),
                        ruling.text(),
                        ruling.remedy()));
            }
            List<Refusal> refusals = AgreementRules.refusals(
                    policy,
                    partner.get(),
                    Optional.of(purpose),
                    field,
                    ruling.promises(),
                    ruling.obligations(),
                    today());
            if (basis == TransferRules.Basis.NONE) {
                refusals.add(
                        TransferRules.refusal(policy, partner.get(), field, ruling.promises(), basis, List.of(field)));
            }
            return refusals;
        }
    }

    /** The answer for somebody of whom no accepted policy version is known. */
    static Decision unknownDecision(Policy policy, String recipient, String purpose, List<String> fields) {
        Set<String> promises = new LinkedHashSet<>();
        fields.forEach(field ->
                promises.addAll(policy.ruling(recipient, purpose, field).promises()));
        Verdict verdict = new Verdict();
        verdict.refuse(List.of(Refusal.ofRequest(
                Code.UNKNOWN_SUBJECT,
                List.copyOf(promises),
                "nobody is known under this identifier who accepted a version of the policy",
                "Register the person and record the policy version they accepted.")));
        return verdict.decision();
    }

    private record Unknown(Policy policy, Decision decision) {}

    /**
     * What is fixed about one field.
     *
     * @param refusals why it may not leave whatever the person says
     * @param place of the consent among those that are asked for, if it is one of them
     * @param transfer the place of the consent to a transfer abroad, or {@link #NO_PLACE} where none is asked for
     */
    private record Cell(
            String field,
            Policy.Ruling ruling,
            Need need,
            List<Refusal> refusals,
            int place,
            TransferRules.Basis basis,
            int transfer) {
        static final int NO_PLACE = -1;

        boolean isAbroad() {
            return basis != TransferRules.Basis.NOT_ABROAD;
        }

        int level() {
            return switch (need) {
                case NOTHING -> ConsentView.NONE;
                case IMPLIED -> ConsentView.IMPLIED;
                case OPT_IN -> ConsentView.OPT_IN;
                case NEVER -> Integer.MAX_VALUE;
            };
        }
    }

    /**
     * That the purpose ends with the person's inquiry.
     *
     * @param inquiry its place among the scopes that are asked for
     * @param withoutInquiry the answer while none is open
     */
    private record Ending(int inquiry, Decision withoutInquiry) {}

    /**
     * That the purpose ends with an objection, of people who object to something.
     *
     * @param toPurpose the place of an objection to the purpose
     * @param toEverything the place of an objection to everything
     * @param denied the answer to one of both
     */
    private record Objecting(int toPurpose, int toEverything, Decision denied) {}

    private final class Rules {
        private final Policy policy;
        private final Optional<Partner> partner;
        private final List<Cell> cells;
        private final LongTable<Decision> outcomes = new LongTable<>(MOST_OUTCOMES);
        private final LongTable<Decision> outcomesWithoutTransfer = new LongTable<>(MOST_OUTCOMES);
        private final long open;
        private final long[] bits;
        private final int[] places;
        private final int[] levels;
        private final long[] transferBits;
        private final int[] transferPlaces;
        private final Optional<Ending> ending;
        private final Optional<Objecting> objecting;
        /** How many scopes must have been asked for. */
        private final int reach;

        Rules(
                Policy policy,
                Optional<Partner> partner,
                List<Cell> cells,
                Optional<Ending> ending,
                Optional<Objecting> objecting) {
            this.policy = policy;
            this.partner = partner;
            this.cells = cells;
            this.ending = ending;
            this.objecting = objecting;
            long free = 0;
            int asking = 0;
            int[] indexes = new int[cells.size()];
            for (int i = 0; i < cells.size(); i++) {
                if (cells.get(i).refusals().isEmpty()) {
                    if (cells.get(i).need() == Need.NOTHING) {
                        free |= 1L << i;
                    } else {
                        indexes[asking++] = i;
                    }
                }
            }
            open = free;
            bits = new long[asking];
            places = new int[asking];
            levels = new int[asking];
            for (int i = 0; i < asking; i++) {
                bits[i] = 1L << indexes[i];
                places[i] = cells.get(indexes[i]).place();
                levels[i] = cells.get(indexes[i]).level();
            }
            int[] transfers = IntStream.range(0, cells.size())
                    .filter(i -> cells.get(i).transfer() != Cell.NO_PLACE)
                    .toArray();
            transferBits = Arrays.stream(transfers).mapToLong(i -> 1L << i).toArray();
            transferPlaces =
                    Arrays.stream(transfers).map(i -> cells.get(i).transfer()).toArray();
            int furthest = Math.max(
                    Math.max(
                            ending.map(Ending::inquiry).orElse(-1),
                            objecting
                                    .map(one -> Math.max(one.toPurpose(), one.toEverything()))
                                    .orElse(-1)),
                    Arrays.stream(transferPlaces).max().orElse(-1));
            reach = Math.max(furthest, Arrays.stream(places).max().orElse(-1)) + 1;
        }

        Decision decide(SubjectId subject, long[] asked, long first, long now) {
            if (objecting.isPresent()
                    && (isSet(subject, asked, objecting.get().toPurpose(), first, now)
                            || isSet(subject, asked, objecting.get().toEverything(), first, now))) {
                return objecting.get().denied();
            }
            if (ending.isPresent() && !isSet(subject, asked, ending.get().inquiry(), first, now)) {
                return ending.get().withoutInquiry();
            }
            long answer = first;
            int from = 0;
            long permitted = open;
            for (int i = 0; i < places.length; i++) {
                int within = places[i] & ConsentView.MOST_SCOPES - 1;
                if (places[i] - within != from) {
                    from = places[i] - within;
                    answer = consents.ask(tenant, subject, asked, from, now);
                }
                if (ConsentView.level(answer, within) >= levels[i]) {
                    permitted |= bits[i];
                }
            }
            long lacking = 0;
            for (int i = 0; i < transferPlaces.length; i++) {
                int within = transferPlaces[i] & ConsentView.MOST_SCOPES - 1;
                if (transferPlaces[i] - within != from) {
                    from = transferPlaces[i] - within;
                    answer = consents.ask(tenant, subject, asked, from, now);
                }
                if (ConsentView.level(answer, within) < ConsentView.OPT_IN) {
                    lacking |= permitted & transferBits[i];
                }
            }
            if (lacking != 0) {
                return withoutTransfer(permitted & ~lacking, lacking);
            }
            Decision known = outcomes.get(permitted);
            return known != null ? known : outcomes.keep(permitted, outcome(permitted, 0));
        }

        private Decision withoutTransfer(long permitted, long lacking) {
            if (cells.size() > Integer.SIZE) {
                return outcome(permitted, lacking);
            }
            long both = lacking << Integer.SIZE | permitted;
            Decision known = outcomesWithoutTransfer.get(both);
            return known != null ? known : outcomesWithoutTransfer.keep(both, outcome(permitted, lacking));
        }

        private boolean isSet(SubjectId subject, long[] asked, int place, long first, long now) {
            int within = place & ConsentView.MOST_SCOPES - 1;
            long answer = place == within ? first : consents.ask(tenant, subject, asked, place - within, now);
            return ConsentView.level(answer, within) != ConsentView.NONE;
        }

        private Decision outcome(long permitted, long lacking) {
            Verdict verdict = new Verdict();
            List<String> missing = new ArrayList<>();
            List<String> missingTransfer = new ArrayList<>();
            for (int i = 0; i < cells.size(); i++) {
                if ((lacking & 1L << i) != 0) {
                    missingTransfer.add(cells.get(i).field());
                } else if ((permitted & 1L << i) == 0 && cells.get(i).refusals().isEmpty()) {
                    missing.add(cells.get(i).field());
                }
            }
            for (int i = 0; i < cells.size(); i++) {
                Cell cell = cells.get(i);
                if ((permitted & 1L << i) != 0) {
                    verdict.permit(
                            cell.field(),
                            cell.isAbroad()
                                    ? promisesAbroad(cell)
                                    : cell.ruling().promises(),
                            cell.ruling().obligations());
                } else if ((lacking & 1L << i) != 0) {
                    verdict.refuse(List.of(TransferRules.refusal(
                            policy,
                            partner.orElseThrow(),
                            cell.field(),
                            cell.ruling().promises(),
                            cell.basis(),
                            missingTransfer)));
                } else {
                    verdict.refuse(cell.refusals().isEmpty() ? List.of(noConsent(cell, missing)) : cell.refusals());
                }
            }
            return verdict.decision();
        }

        private List<String> promisesAbroad(Cell cell) {
            return Stream.concat(cell.ruling().promises().stream(), TransferRules.promises(policy, List.of()).stream())
                    .distinct()
                    .toList();
        }

        private Refusal noConsent(Cell cell, List<String> missing) {
            String kind = cell.need() == Need.OPT_IN ? "no express consent" : "no consent";
            String remedy = cell.ruling().remedy().isEmpty()
                    ? "Ask: consent:grant --tenant " + tenant + " SUBJECT " + purpose + " " + partnerName + " "
                            + String.join(" ", missing)
                    : cell.ruling().remedy().replace("<partner>", partnerName);
            return Refusal.ofField(
                    Code.NO_CONSENT,
                    cell.field(),
                    cell.ruling().promises(),
                    kind + " for \"" + purpose + "\" to " + partnerName,
                    remedy);
        }
    }
}
