package org.pledge.partners.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Reason;
import org.pledge.deploy.ArtifactTrust.Verdict;
import org.pledge.folder.DropFolder;
import org.pledge.folder.Outcome;
import org.pledge.folder.Place;
import org.pledge.folder.Signing;
import org.pledge.folder.Use;
import org.pledge.partners.internal.KnownPartners.Key;
import org.pledge.partners.internal.PartnerText.Reading;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerOrigins;
import org.pledge.sharing.PartnerService;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the partner of every file in a directory, suspends it when the file goes, and leaves a note beside each
 * file that is refused or waits.
 */
@Component(service = PartnerOrigins.class, immediate = true, configurationPid = "org.pledge.partners")
@Designate(ocd = PartnerFolder.Config.class)
public final class PartnerFolder implements PartnerOrigins {
    /** Whose record takes what belongs to no tenant. */
    static final TenantId PLATFORM = new TenantId("platform");

    private static final Logger LOG = LoggerFactory.getLogger(PartnerFolder.class);
    private static final String ENDING = ".partner.yaml";
    private static final String ACTOR = "partner-file";

    /** Settings. */
    @ObjectClassDefinition(name = "Pledge partner files")
    public @interface Config {
        /** Where the partner files are. */
        @AttributeDefinition(description = "Directory of the files; ${karaf.etc} stands for the etc directory.")
        String directory() default "${karaf.etc}/partners";

        /** How often the directory is read, in milliseconds. */
        @AttributeDefinition(description = "Milliseconds between two looks at the directory, at least 10.")
        long pollMillis() default 1000;
    }

    /** What was refused under which policy: it may be in order under the next one. */
    private record Refused(Partner partner, String policy, String note) {}

    private final PartnerService partners;
    private final PolicyService policies;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Supplier<Optional<ArtifactTrust>> trust;
    private final KnownPartners known;
    private final Path directory;
    private final Clock clock;
    private final Runnable end;
    private final Map<Path, String> recorded = new HashMap<>();
    private final Map<Path, Refused> refused = new HashMap<>();
    private final DropFolder folder;

    /** Registers the partners that are there, then watches. */
    @Activate
    public PartnerFolder(
            BundleContext context,
            @Reference PartnerService partners,
            @Reference PolicyService policies,
            @Reference AuditLog audit,
            @Reference Transactions transactions,
            Config config) {
        this(
                partners,
                policies,
                audit,
                transactions,
                track(context),
                context.getDataFile("known").toPath(),
                config);
    }

    private PartnerFolder(
            PartnerService partners,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            ServiceTracker<ArtifactTrust, ArtifactTrust> tracker,
            Path known,
            Config config) {
        this(
                partners,
                policies,
                audit,
                transactions,
                () -> Optional.ofNullable(tracker.getService()),
                known,
                Place.directory(config.directory()),
                config.pollMillis(),
                Clock.systemUTC(),
                tracker::close);
    }

    /** As the others, with what a test sets. */
    PartnerFolder(
            PartnerService partners,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Supplier<Optional<ArtifactTrust>> trust,
            Path known,
            Path directory,
            long pollMillis,
            Clock clock,
            Runnable end) {
        this.partners = partners;
        this.policies = policies;
        this.audit = audit;
        this.transactions = transactions;
        this.trust = trust;
        this.known = new KnownPartners(known);
        this.directory = directory;
        this.clock = clock;
        this.end = end;
        this.folder = new DropFolder(
                new Place(
                        "pledge-partner-folder",
                        () -> Map.of(directory, ""),
                        ENDING,
                        4 * PartnerText.MAX_CHARACTERS + 1,
                        pollMillis),
                Optional.of(new Signing(trust, ArtifactTrust.Target.PARTNER, Duration.ZERO)),
                this.known.files().stream().map(directory::resolve).toList(),
                new PartnerFiles(),
                clock);
    }

    private static ServiceTracker<ArtifactTrust, ArtifactTrust> track(BundleContext context) {
        ServiceTracker<ArtifactTrust, ArtifactTrust> tracker = new ServiceTracker<>(context, ArtifactTrust.class, null);
        tracker.open();
        return tracker;
    }

    @Override
    public Optional<String> file(TenantId tenant, String partner) {
        return known.file(new Key(tenant, partner));
    }

    /** Ends the watch; a partner that is being registered is finished first. */
    @Deactivate
    public void stop() {
        folder.close();
        end.run();
    }

    private final class PartnerFiles implements Use {
        @Override
        public Outcome apply(Path file, byte[] content) {
            Reading reading = PartnerText.read(shown(file), new String(content, StandardCharsets.UTF_8));
            return reading.partner().isEmpty()
                    ? new Outcome.Refused(refusal(file, PLATFORM, reading.problems()))
                    : register(file, reading, reading.partner().get());
        }

        @Override
        public void remove(Path file) {
            known.of(shown(file)).ifPresent(key -> {
                suspend(key, shown(file) + " was removed");
                known.remove(shown(file));
            });
            recorded.remove(file);
            refused.remove(file);
        }

        @Override
        public String untrusted(Path file, Verdict.Refused refused) {
            Optional<Key> lapsed = lapsed(file, refused);
            lapsed.ifPresent(key -> suspend(key, "the key that signed " + shown(file) + " is no longer trusted"));
            String became = lapsed.map(key -> "Partner " + key
                            + " is suspended, because the key it rested on is no longer trusted. Sign the file with a"
                            + " trusted key, then: partner:resume")
                    .orElseGet(() -> kept(file));
            return shown(file) + ": " + refused.reason() + ": " + refused.text() + "\n" + became + "\n";
        }
    }

    /** The partner of a file whose newest signature in force is by a key that is no longer trusted. */
    private Optional<Key> lapsed(Path file, Verdict.Refused refused) {
        boolean lapsed = refused.reason() == Reason.UNTRUSTED_KEY
                && trust.get().stream()
                        .flatMap(judge -> judge.active().stream())
                        .anyMatch(each -> each.target() == ArtifactTrust.Target.PARTNER
                                && each.name().equals(name(file))
                                && !each.trusted());
        return known.of(name(file)).filter(key -> lapsed);
    }

    private Outcome register(Path file, Reading reading, Partner partner) {
        String policy = policy(partner.tenant());
        Refused before = refused.get(file);
        if (before != null
                && before.partner().equals(partner)
                && before.policy().equals(policy)) {
            return new Outcome.Waits(before.note());
        }
        refused.remove(file);
        Key key = new Key(partner.tenant(), partner.name());
        Optional<String> other = known.otherFile(key, name(file)).filter(one -> Files.exists(directory.resolve(one)));
        if (other.isPresent()) {
            PledgeException twice = new PledgeException(
                            PledgeException.Kind.CONFLICT,
                            "name is that of a partner that " + other.get() + " describes")
                    .remedy("Remove one of the two files.");
            return new Outcome.Waits(refusal(file, partner.tenant(), List.of(reading.problem(name(file), twice))));
        }
        try {
            Partner registered = partners.put(caller(partner.tenant()), partner, OptionalLong.empty());
            Optional<Key> earlier = known.of(name(file)).filter(one -> !one.equals(key));
            earlier.ifPresent(one -> suspend(one, name(file) + " describes another partner now"));
            known.put(name(file), key);
            recorded.remove(file);
            LOG.info(
                    "{}: partner {} is registered, version {}{}",
                    name(file),
                    key,
                    registered.version(),
                    registered.suspended() ? "; it stays suspended until partner:resume" : "");
            return new Outcome.InForce();
        } catch (PledgeException e) {
            Problem problem = reading.problem(name(file), e);
            boolean mayCome = e.kind() == PledgeException.Kind.NOT_FOUND
                    || e.kind() == PledgeException.Kind.UNAVAILABLE
                    || !partners.connectors().contains(partner.connector());
            if (mayCome) {
                return new Outcome.Waits(problem + "\n" + kept(file) + " It is tried again by itself.\n");
            }
            String note = refusal(file, partner.tenant(), List.of(problem));
            refused.put(file, new Refused(partner, policy, note));
            return new Outcome.Waits(note);
        }
    }

    /** Changes with the policy of a tenant. */
    private String policy(TenantId tenant) {
        return policies.policies().stream()
                .filter(policy -> policy.tenant().equals(tenant))
                .map(Policy::digest)
                .findFirst()
                .orElse("");
    }

    private static Caller caller(TenantId tenant) {
        return new Caller(tenant, ACTOR, Set.of(Role.INTEGRATOR));
    }

    private void suspend(Key key, String why) {
        if (partners.find(key.tenant(), key.name()).isPresent()) {
            partners.suspend(caller(key.tenant()), key.name(), true);
            LOG.info("{}: partner {} is suspended; its agreement and its accounting stay", why, key);
        }
    }

    /** Records a refusal, once for each text, and tells what the note says. */
    private String refusal(Path file, TenantId tenant, List<Problem> problems) {
        String text = problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
        if (!text.equals(recorded.get(file))) {
            transactions.required(() -> audit.append(leaf(file, tenant, problems)));
            recorded.put(file, text);
        }
        return text + "\n" + kept(file) + " Correct the file and save it again.\n";
    }

    private String kept(Path file) {
        return known.of(name(file))
                .map(key -> "Partner " + key + " stays as it was.")
                .orElse("No partner is registered.");
    }

    private Leaf leaf(Path file, TenantId tenant, List<Problem> problems) {
        return new Leaf(
                tenant,
                clock.instant(),
                Leaf.Act.PARTNER_REFUSED,
                ACTOR,
                Optional.empty(),
                List.of(),
                Map.of(
                        "file",
                        name(file).matches("[A-Za-z0-9._-]{1,100}") ? name(file) : "unnamed",
                        "problems",
                        Integer.toString(problems.size()),
                        "line",
                        Integer.toString(problems.get(0).line())));
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
