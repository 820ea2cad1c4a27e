package org.pledge.notices.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.DENIED;
import static org.pledge.PledgeException.Kind.INVALID;
import static org.pledge.PledgeException.Kind.NOT_FOUND;

import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PublicUrl;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentView;
import org.pledge.crypto.LookupTokens;
import org.pledge.notices.MessageService;
import org.pledge.notices.internal.ImpliedConsents.Due;
import org.pledge.notices.internal.UnsubscribeTokens.Link;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.RecipientKind;
import org.pledge.policy.Policy.Ruling;
import org.pledge.policy.PolicyService;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.sharing.DutyMail;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.PartnerService.Standing;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks each message against the policy in force, fills it in, and hands it to the gate. */
@Component(configurationPid = "org.pledge.notices")
@Designate(ocd = DefaultMessageService.Config.class)
public final class DefaultMessageService implements MessageService {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultMessageService.class);
    private static final int LONGEST_VALUE = 1000;
    private static final int LONGEST_MESSAGE = 65_536;
    private static final int ACCOUNTS_AT_ONCE = 100;
    private static final int MOST_PEOPLE = 10_000;
    private static final List<String> FIELDS = List.of(EMAIL, MESSAGE);
    private static final String LINK_ACTOR = "unsubscribe-link";

    /** Settings. */
    @ObjectClassDefinition(name = "Pledge messages")
    public @interface Config {
        /** Where people reach our interface. */
        @AttributeDefinition(
                description =
                        "Address of /api/v1 as people reach it, https (http on a loopback address); empty: messages "
                                + "that can be declined are not sent.")
        String publicUrl() default "";
    }

    private final Templates templates;
    private final PolicyService policies;
    private final SubjectService subjects;
    private final PartnerService partners;
    private final SharingService sharing;
    private final DutyMail duties;
    private final ConsentService consents;
    private final ImpliedConsents implied;
    private final UnsubscribeTokens tokens;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Clock clock;
    private final String publicUrl;
    /** What the log said last about each template in use. */
    private final Map<String, Optional<String>> obstacles = new ConcurrentHashMap<>();

    /** In the container. */
    @Activate
    public DefaultMessageService(
            Config config,
            @Reference Templates templates,
            @Reference PolicyService policies,
            @Reference SubjectService subjects,
            @Reference PartnerService partners,
            @Reference SharingService sharing,
            @Reference DutyMail duties,
            @Reference ConsentService consents,
            @Reference ConsentView view,
            @Reference LookupTokens keys,
            @Reference AuditLog audit,
            @Reference Transactions transactions) {
        this(
                config.publicUrl(),
                templates,
                policies,
                subjects,
                partners,
                sharing,
                duties,
                consents,
                view,
                keys,
                audit,
                transactions,
                Clock.systemUTC());
    }

    DefaultMessageService(
            String publicUrl,
            Templates templates,
            PolicyService policies,
            SubjectService subjects,
            PartnerService partners,
            SharingService sharing,
            DutyMail duties,
            ConsentService consents,
            ConsentView view,
            LookupTokens keys,
            AuditLog audit,
            Transactions transactions,
            Clock clock) {
        this.templates = templates;
        this.policies = policies;
        this.subjects = subjects;
        this.partners = partners;
        this.sharing = sharing;
        this.duties = duties;
        this.consents = consents;
        this.implied = new ImpliedConsents(policies, consents, view, transactions);
        this.tokens = new UnsubscribeTokens(keys);
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
        this.publicUrl = PublicUrl.of(publicUrl, "org.pledge.notices.cfg");
    }

    @Override
    public List<Template> templates(TenantId tenant) {
        return templates.list(tenant);
    }

    @Override
    public List<Problem> check(TenantId tenant, String file, String text) {
        String name = file.substring(file.lastIndexOf('/') + 1).replaceFirst("\\.template$", "");
        return templates.check(tenant, name, file, text);
    }

    @Override
    public Optional<String> obstacle(TenantId tenant, String template) {
        Optional<Template> known = templates.find(tenant, template).map(Ready::template);
        if (known.isEmpty()) {
            return Optional.of("no template '" + template + "' is in use");
        }
        Optional<String> obstacle = obstacle(tenant, known.get());
        Optional<String> before = obstacles.put(tenant + "/" + template, obstacle);
        if (!obstacle.equals(Objects.requireNonNullElse(before, Optional.empty()))) {
            LOG.warn(
                    "Messages of the template {} of {}: {}; see message:templates",
                    template,
                    tenant,
                    obstacle.orElse("they leave again"));
        }
        return obstacle;
    }

    private Optional<String> obstacle(TenantId tenant, Template template) {
        String purpose = template.purpose();
        Policy policy = policies.current(tenant);
        Optional<Objection> objection = Objection.of(policy, template.messageClass(), template.declinable(), purpose);
        if (objection.isPresent()) {
            return objection.map(Objection::text);
        }
        Optional<Partner> carrier = carriers(tenant, policy, purpose).findFirst();
        if (carrier.isEmpty()) {
            return Optional.of("there is no mail partner for the purpose " + purpose + ", or it is suspended");
        }
        return carrier.filter(partner -> partners.standing(partner) != Standing.ACTIVE)
                .map(partner -> "the mail partner " + partner.name() + " is " + partners.standing(partner));
    }

    @Override
    public Decision explain(Caller caller, SubjectId subject, String template) {
        caller.require(Role.OPERATOR);
        return explain(caller, subject, ready(caller.tenant(), template).template());
    }

    private Decision explain(Caller caller, SubjectId subject, Template template) {
        Policy policy = policies.current(caller.tenant());
        Optional<Objection> objection =
                Objection.of(policy, template.messageClass(), template.declinable(), template.purpose());
        if (objection.isPresent()) {
            return new Decision.Denied(
                    List.of(new Decision.Reason(
                            Decision.Code.PROHIBITED,
                            "",
                            objection.get().promises(),
                            objection.get().text())),
                    objection.get().promises(),
                    objection.get().remedy());
        }
        Partner carrier = carrier(caller.tenant(), policy, template.purpose());
        Optional<Due> due = template.declinable()
                ? implied.due(caller, subject, carrier, template.purpose(), FIELDS)
                : Optional.empty();
        if (due.isPresent()) {
            return permitted(due.get().accepted(), carrier, template.purpose());
        }
        Decision decision = sharing.explain(caller, request(subject, carrier, template, Map.of()));
        return inPart(decision).<Decision>map(InPart::denied).orElse(decision);
    }

    /** What the gate will say once the consent that acceptance implies is recorded. */
    private static Decision permitted(Policy accepted, Partner carrier, String purpose) {
        List<Ruling> rulings = FIELDS.stream()
                .map(field -> accepted.ruling(carrier.recipient(), purpose, field))
                .toList();
        return new Decision.Permitted(
                Set.copyOf(FIELDS),
                rulings.stream()
                        .flatMap(ruling -> ruling.obligations().stream())
                        .distinct()
                        .toList(),
                rulings.stream()
                        .flatMap(ruling -> ruling.promises().stream())
                        .distinct()
                        .toList(),
                List.of());
    }

    @Override
    public Audience audience(Caller caller, String template) {
        caller.require(Role.OPERATOR);
        Template known = ready(caller.tenant(), template).template();
        long receive = 0;
        long declined = 0;
        long refused = 0;
        long unreachable = 0;
        long people = 0;
        Optional<String> cursor = Optional.empty();
        do {
            Page<SubjectService.Account> page = subjects.accounts(caller, cursor, ACCOUNTS_AT_ONCE);
            for (SubjectService.Account account : page.items()) {
                for (SubjectId subject : account.contacts()) {
                    people++;
                    if (explain(caller, subject, known) instanceof Decision.Denied) {
                        boolean withdrew = known.declinable() && implied.withdrew(caller, subject, known.purpose());
                        declined += withdrew ? 1 : 0;
                        refused += withdrew ? 0 : 1;
                    } else if (hasAddress(caller, subject)) {
                        receive++;
                    } else {
                        unreachable++;
                    }
                }
            }
            cursor = page.next();
        } while (cursor.isPresent() && people < MOST_PEOPLE);
        return new Audience(known.purpose(), receive, declined, refused, unreachable, cursor.isEmpty());
    }

    @Override
    public void prepare(Caller caller, SubjectId subject, String template, Map<String, String> parameters) {
        request(caller, subject, template, parameters);
    }

    @Override
    public Outcome send(Caller caller, SubjectId subject, String template, Map<String, String> parameters) {
        return share(caller, request(caller, subject, template, parameters));
    }

    @Override
    public Outcome tell(Caller caller, SubjectId subject, String template, Map<String, String> parameters) {
        return tell(caller, subject, template, parameters, Optional.empty());
    }

    @Override
    public Outcome tellAt(
            Caller caller, SubjectId subject, String template, Map<String, String> parameters, String address) {
        return tell(caller, subject, template, parameters, Optional.of(address));
    }

    private Outcome tell(
            Caller caller,
            SubjectId subject,
            String template,
            Map<String, String> parameters,
            Optional<String> newAddress) {
        caller.require(Role.OPERATOR);
        Ready ready = ready(caller.tenant(), template);
        if (ready.template().messageClass() != MessageClass.RIGHTS) {
            throw new PledgeException(DENIED, "this template is not of the class rights")
                    .remedy("Send it as any other message.");
        }
        boolean reachable = newAddress.isPresent() || hasAddress(caller, subject);
        SharingService.Request request = checked(caller, subject, ready, parameters, reachable);
        String message = request.supplied().get(MESSAGE);
        return transactions.required(() -> {
            Outcome outcome = newAddress
                    .map(address ->
                            duties.sendTo(caller, subject, request.partner(), request.purpose(), message, address))
                    .orElseGet(() -> duties.send(caller, subject, request.partner(), request.purpose(), message));
            if (inPart(outcome.decision()).isPresent()) {
                throw new PledgeException(CONFLICT, "address and message leave together or not at all")
                        .remedy("Have the agreement of the mail partner cover both.");
            }
            return outcome;
        });
    }

    /** Checks everything, and records the consent that is taken for given. */
    private SharingService.Request request(
            Caller caller, SubjectId subject, String template, Map<String, String> parameters) {
        caller.require(Role.OPERATOR);
        Ready ready = ready(caller.tenant(), template);
        if (ready.template().messageClass() == MessageClass.RIGHTS) {
            throw recorded(
                    caller,
                    subject,
                    ready.template(),
                    "RIGHTS_ONLY",
                    new PledgeException(
                                    DENIED,
                                    "messages of the class rights go out with a request under people's rights only")
                            .remedy("Open or answer the person's request; it sends them."));
        }
        return checked(caller, subject, ready, parameters, hasAddress(caller, subject));
    }

    private SharingService.Request checked(
            Caller caller, SubjectId subject, Ready ready, Map<String, String> parameters, boolean reachable) {
        TenantId tenant = caller.tenant();
        Policy policy = policies.current(tenant);
        refuseWhatThePolicyRefuses(caller, subject, ready.template(), policy);
        checkParameters(ready.template(), parameters);
        Map<String, String> message = filledIn(ready, policy, subject, parameters);
        refuseRequestsForData(caller, subject, ready.template(), policy, message);
        Partner carrier = carrier(tenant, policy, ready.template().purpose());
        if (!reachable) {
            throw new PledgeException(CONFLICT, "no email address is held about this person")
                    .remedy("Reach them another way.");
        }
        if (ready.template().declinable()) {
            implied.recordUnlessDeclined(
                    caller, subject, carrier, ready.template().purpose(), FIELDS);
        }
        return request(subject, carrier, ready.template(), Map.of(MESSAGE, Json.object(message)));
    }

    private static SharingService.Request request(
            SubjectId subject, Partner carrier, Template template, Map<String, String> supplied) {
        return new SharingService.Request(
                subject, carrier.name(), template.purpose(), FIELDS, Optional.empty(), supplied);
    }

    private Ready ready(TenantId tenant, String template) {
        return templates.find(tenant, template).orElseThrow(() -> new PledgeException(
                        NOT_FOUND, "this tenant has no such template in use")
                .remedy("Use one of those that GET /messages/templates lists, or read the report beside its file."));
    }

    private boolean hasAddress(Caller caller, SubjectId subject) {
        return !subjects.values(caller.tenant(), subject, Set.of(EMAIL))
                .getOrDefault(EMAIL, List.of())
                .isEmpty();
    }

    @Override
    public void unsubscribe(String token) {
        Link link = tokens.read(token)
                .orElseThrow(() -> new PledgeException(NOT_FOUND, "this is not a whole link to unsubscribe")
                        .remedy("Copy the whole link from the message."));
        Caller caller = new Caller(link.tenant(), LINK_ACTOR, Set.of(Role.OPERATOR));
        if (implied.isDeclined(caller, link.subject(), link.purpose())) {
            return;
        }
        try {
            consents.withdraw(
                    caller,
                    link.subject(),
                    new ConsentService.Withdrawal(Optional.of(link.purpose()), Optional.empty(), Set.of(), LINK_ACTOR));
        } catch (PledgeException e) {
            if (e.kind() != NOT_FOUND) {
                throw e;
            }
            // Who is gone gets no messages, and the answer does not tell whether anybody is there.
        }
    }

    /** The policy may have changed since the template was read. */
    private void refuseWhatThePolicyRefuses(Caller caller, SubjectId subject, Template template, Policy policy) {
        Objection.of(policy, template.messageClass(), template.declinable(), template.purpose())
                .ifPresent(objection -> {
                    throw recorded(
                            caller,
                            subject,
                            template,
                            "TEMPLATE_PURPOSE",
                            new PledgeException(DENIED, Objection.withPromises(objection.text(), objection.promises()))
                                    .because(objection.promises())
                                    .remedy(objection.remedy()));
                });
    }

    /** What is filled in may ask for data where the template does not. */
    private void refuseRequestsForData(
            Caller caller, SubjectId subject, Template template, Policy policy, Map<String, String> message) {
        boolean asks = AskedFor.in(message.get("subject")).isPresent()
                || AskedFor.in(message.get("text")).isPresent()
                || AskedFor.in(Markup.withoutTags(message.getOrDefault("html", "")))
                        .isPresent();
        if (asks) {
            List<String> promises = Objection.ids(policy, "pii-request-linter");
            throw recorded(
                    caller,
                    subject,
                    template,
                    "ASKS_FOR_DATA",
                    new PledgeException(DENIED, Objection.withPromises(TemplateReader.ASKS, promises))
                            .because(promises)
                            .remedy("Leave out of the parameters what asks for data."));
        }
    }

    private static void checkParameters(Template template, Map<String, String> parameters) {
        if (!parameters.keySet().equals(template.parameters())) {
            throw new PledgeException(
                            INVALID,
                            "parameters must be exactly: " + String.join(", ", new TreeSet<>(template.parameters())))
                    .remedy("Give a value for each of them and no others.");
        }
        parameters.forEach((name, value) -> {
            if (value.isBlank()
                    || value.length() > LONGEST_VALUE
                    || !value.codePoints().allMatch(DefaultMessageService::isText)) {
                throw new PledgeException(
                                INVALID,
                                "parameter " + name + " must be one line of 1 to " + LONGEST_VALUE + " characters")
                        .remedy("Shorten it, or remove line breaks and control characters.");
            }
        });
    }

    private static boolean isText(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private Map<String, String> filledIn(
            Ready ready, Policy policy, SubjectId subject, Map<String, String> parameters) {
        Map<String, String> values = new TreeMap<>(parameters);
        values.put("controller", policy.controller());
        values.put("contact", policy.contact());
        Map<String, String> message = new TreeMap<>();
        if (ready.template().declinable()) {
            if (publicUrl.isEmpty()) {
                throw new PledgeException(CONFLICT, "there is no address yet at which people could unsubscribe")
                        .remedy("Set publicUrl in etc/org.pledge.notices.cfg.");
            }
            String purpose = ready.template().purpose();
            String link = publicUrl + "/unsubscribe/"
                    + tokens.token(new Link(ready.template().tenant(), subject, purpose));
            values.put(Placeholders.UNSUBSCRIBE, link);
            message.put("unsubscribe", link);
        }
        message.put("template", ready.template().name());
        message.put("subject", Placeholders.filled(ready.subject(), values::get));
        message.put("text", Placeholders.filled(ready.text(), values::get));
        ready.html()
                .ifPresent(html ->
                        message.put("html", Placeholders.filled(html, name -> Markup.escaped(values.get(name)))));
        if (Json.object(message).length() > LONGEST_MESSAGE) {
            throw new PledgeException(INVALID, "the message would have more than " + LONGEST_MESSAGE + " characters")
                    .remedy("Shorten the parameters or the template.");
        }
        return message;
    }

    /** The tenant's mail partner for a purpose: of those that may be sent something now the first by name. */
    private Partner carrier(TenantId tenant, Policy policy, String purpose) {
        return carriers(tenant, policy, purpose).findFirst().orElseThrow(() -> new PledgeException(
                        CONFLICT, "this tenant has no mail partner for the purpose " + purpose)
                .remedy("Register a processor with the connector smtp whose agreement covers the fields email"
                        + " and message for this purpose, or resume it."));
    }

    private Stream<Partner> carriers(TenantId tenant, Policy policy, String purpose) {
        return partners.list(tenant).stream()
                .filter(partner -> partner.connector().equals(SMTP)
                        && !partner.suspended()
                        && partner.agreement().purposes().contains(purpose)
                        && partner.agreement().fields().containsAll(FIELDS)
                        && policy.recipient(partner.recipient())
                                .filter(recipient -> recipient.kind() == RecipientKind.PROCESSOR)
                                .isPresent())
                .sorted(Comparator.comparing((Partner partner) -> !maySend(policy, partner, purpose))
                        .thenComparing(Partner::name));
    }

    private boolean maySend(Policy policy, Partner partner, String purpose) {
        return partners.standing(partner) == Standing.ACTIVE
                && FIELDS.stream()
                        .map(field -> policy.ruling(partner.recipient(), purpose, field))
                        .allMatch(ruling -> ruling.need() != Need.NEVER
                                || ruling.needIn().values().stream().anyMatch(need -> need != Need.NEVER));
    }

    /** Shares the whole message or nothing of it. */
    private Outcome share(Caller caller, SharingService.Request request) {
        Optional<InPart> part = inPart(sharing.explain(caller, request));
        if (part.isPresent()) {
            Decision.Denied denied = part.get().denied();
            record(
                    caller,
                    request.subject(),
                    denied.promises(),
                    Map.of("partner", request.partner(), "purpose", request.purpose(), "rule", "IN_PART"));
            return new Outcome.Refused(denied);
        }
        return transactions.required(() -> {
            Outcome outcome = sharing.share(caller, request);
            if (inPart(outcome.decision()).isPresent()) {
                throw new PledgeException(CONFLICT, "what the person consents to has just changed; nothing was sent")
                        .remedy("Try again.");
            }
            return outcome;
        });
    }

    private static Optional<InPart> inPart(Decision decision) {
        return decision instanceof Decision.Permitted permitted
                        && !permitted.fields().containsAll(FIELDS)
                ? Optional.of(new InPart(permitted))
                : Optional.empty();
    }

    /** A disclosure that would take an address without a message, or a message without an address. */
    private record InPart(Decision.Permitted decision) {
        Decision.Denied denied() {
            List<String> promises = decision.withheld().stream()
                    .flatMap(reason -> reason.promises().stream())
                    .distinct()
                    .toList();
            return new Decision.Denied(decision.withheld(), promises, "Consent has to cover email and message alike.");
        }
    }

    private PledgeException recorded(
            Caller caller, SubjectId subject, Template template, String rule, PledgeException refusal) {
        record(
                caller,
                subject,
                refusal.promises(),
                Map.of(
                        "template", template.name(),
                        "class", template.messageClass().name().toLowerCase(Locale.ROOT),
                        "purpose", template.purpose(),
                        "rule", rule));
        return refusal;
    }

    /** Where the refusal is part of a larger transaction, that one is undone next. */
    private void record(Caller caller, SubjectId subject, List<String> promises, Map<String, String> details) {
        Leaf leaf = new Leaf(
                caller.tenant(),
                clock.instant(),
                Leaf.Act.REFUSED,
                caller.name(),
                Optional.of(subject),
                promises,
                details);
        transactions.required(() -> {
            transactions.afterRollback(() -> transactions.required(() -> audit.append(leaf)));
            audit.append(leaf);
        });
    }
}
