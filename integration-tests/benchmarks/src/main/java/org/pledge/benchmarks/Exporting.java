package org.pledge.benchmarks;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.pledge.SubjectId;
import org.pledge.answers.AnswerService;
import org.pledge.answers.AnswerService.Export;
import org.pledge.answers.internal.PlainAnswers;
import org.pledge.audit.Leaf;
import org.pledge.audit.internal.DefaultAuditLog;
import org.pledge.consent.ConsentService;
import org.pledge.consent.internal.ConsentTable;
import org.pledge.consent.internal.PlainConsents;
import org.pledge.policy.internal.DefaultPolicyService;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Request;
import org.pledge.sharing.Partner;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.internal.PlainSharing;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.store.jpa.internal.JpaAuditStore;
import org.pledge.store.jpa.internal.JpaConsentStore;
import org.pledge.store.jpa.internal.JpaNoticeStore;
import org.pledge.store.jpa.internal.JpaPolicyStore;
import org.pledge.store.jpa.internal.JpaRequestStore;
import org.pledge.store.jpa.internal.JpaSharingStore;
import org.pledge.store.jpa.internal.JpaSubjectStore;
import org.pledge.store.jpa.internal.JpaTransactions;
import org.pledge.store.jpa.internal.OpenDatabase;

/** The answer to a request for access of somebody with many records, on H2: how long it takes, and how much memory. */
final class Exporting {
    private static final int TENTH = 10;
    private static final int AT_ONCE = 1000;
    /** The memory is looked at at each of so many pages. */
    private static final int PAGES = 50;
    /** Of these, at this one, which is there for few records, too. */
    private static final int LOOKED_AT = 3;

    private static final double MEGABYTE = 1 << 20;
    /** What H2 keeps of its file in memory included. */
    private static final double MOST_MEGABYTES = 64;

    private static final Partner PARTNER = new Partner(
            Korax.TENANT,
            People.PARTNERS.get(0),
            "marketing-partner",
            new Partner.Agreement(
                    Set.of("email"),
                    Set.of(People.PURPOSE),
                    "CA",
                    LocalDate.now(ZoneOffset.UTC).minusDays(1),
                    LocalDate.now(ZoneOffset.UTC).plusYears(1),
                    Optional.empty()),
            URI.create("https://mailhaus.example/in"),
            false,
            1);

    private final Path packs;
    private final Path folder;
    private final int many;

    private record Made(double seconds, double heap, long bytes) {}

    Exporting(Path packs, Path folder, int many) {
        this.packs = packs;
        this.folder = folder;
        this.many = many;
    }

    void run(Table table) throws IOException, InterruptedException {
        Karaf.delete(folder);
        Files.createDirectories(folder);
        export(many / TENTH, "warm-up");
        Made few = export(many / TENTH, "few");
        Made all = export(many, "many");
        String what = "answer about somebody with " + Table.number(many) + " records on H2";
        String against = Table.number(many / TENTH) + " records";
        table.ratio(what, all.seconds(), against, few.seconds(), " s", Goal.NONE);
        table.value("  records", many / all.seconds(), "/s", Goal.NONE);
        table.value("  memory in use", all.heap(), " MB", Goal.atMost(MOST_MEGABYTES, " MB"));
        table.ratio("  the same", all.heap(), against, few.heap(), " MB", Goal.NONE);
        table.value("  its file", all.bytes() / MEGABYTE, " MB", Goal.NONE);
    }

    private Made export(int records, String name) throws IOException, InterruptedException {
        try (OpenUnit unit = new OpenUnit(OpenUnit.h2(folder.resolve(name)), "sa", "pledge", OpenDatabase::open)) {
            JpaTransactions transactions = new JpaTransactions(unit.database());
            DefaultAuditLog audit = new DefaultAuditLog(transactions, new JpaAuditStore(transactions));
            DefaultPolicyService policies =
                    new DefaultPolicyService(transactions, new JpaPolicyStore(transactions), audit);
            Korax.install(policies, packs);
            JpaSharingStore store = new JpaSharingStore(transactions);
            transactions.required(() -> store.putPartner(PARTNER));
            JpaConsentStore consentStore = new JpaConsentStore(transactions);
            ConsentService consents =
                    PlainConsents.over(consentStore, new JpaSubjectStore(transactions), policies, audit, transactions);
            Request request = request();
            JpaRequestStore requests = new JpaRequestStore(transactions);
            transactions.required(() -> requests.putRequest(request));
            fill(request.subject(), records, store, audit, transactions);
            AtomicLong heap = new AtomicLong();
            try (PlainSharing sharing = new PlainSharing(
                            transactions,
                            store,
                            new JpaNoticeStore(transactions),
                            consentStore,
                            new ConsentTable(consentStore, transactions),
                            policies,
                            audit);
                    PlainAnswers answers = new PlainAnswers(
                            folder.resolve(name + "-answers"),
                            request,
                            policies,
                            consents,
                            sharing.service(),
                            PARTNER,
                            audit,
                            new JpaSubjectStore(transactions),
                            requests,
                            audit,
                            transactions);
                    PlainAnswers watched = new PlainAnswers(
                            folder.resolve(name + "-watched"),
                            request,
                            policies,
                            consents,
                            watched(sharing.service(), heap),
                            PARTNER,
                            audit,
                            new JpaSubjectStore(transactions),
                            requests,
                            audit,
                            transactions)) {
                long start = System.nanoTime();
                Export export = made(answers.service(), request, false);
                double seconds = (System.nanoTime() - start) / 1e9;
                made(watched.service(), request, true);
                return new Made(seconds, heap.get() / MEGABYTE, export.bytes());
            } finally {
                audit.deactivate();
            }
        }
    }

    private static Export made(AnswerService answers, Request request, boolean anew) throws InterruptedException {
        answers.start(Korax.OPERATOR, request.id(), Optional.empty(), anew);
        Export export = answers.await(Korax.OPERATOR, request.id(), progress -> {});
        if (export.state() != AnswerService.State.READY) {
            throw new IllegalStateException("no answer was made: " + export.state());
        }
        return export;
    }

    private static Request request() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        return new Request(
                UUID.randomUUID(),
                Korax.TENANT,
                SubjectId.random(),
                RightsService.Type.ACCESS,
                RightsService.State.OPEN,
                "CA",
                "web",
                now,
                "benchmark",
                new RightsService.Deadlines(
                        "house",
                        ZoneId.of("UTC"),
                        Optional.empty(),
                        Optional.empty(),
                        now.plus(Duration.ofDays(30)),
                        Optional.empty(),
                        Duration.ZERO,
                        Optional.empty()),
                Optional.of(RightsService.Method.ACCOUNT_LOGIN),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Each record is a disclosure and its leaf. */
    private static void fill(
            SubjectId person, int records, JpaSharingStore store, DefaultAuditLog audit, JpaTransactions transactions) {
        Instant start = Instant.now().truncatedTo(ChronoUnit.MICROS);
        for (int from = 0; from < records; from += AT_ONCE) {
            List<Disclosure> part = IntStream.range(from, Math.min(from + AT_ONCE, records))
                    .mapToObj(number -> disclosure(person, start.plusMillis(number)))
                    .toList();
            transactions.required(() -> {
                store.addDisclosures(part.stream()
                        .map(each -> new StoredDisclosure(each, new byte[0], each.created(), Optional.empty()))
                        .toList());
                audit.appendAll(part.stream().map(Exporting::leaf).toList());
            });
        }
        audit.tail(Korax.TENANT, 1);
    }

    private static Disclosure disclosure(SubjectId person, Instant at) {
        return new Disclosure(
                UUID.randomUUID(),
                Korax.TENANT,
                person,
                PARTNER.name(),
                People.PURPOSE,
                Set.of("email"),
                "consent",
                List.of("KX-1"),
                1,
                Optional.empty(),
                SharingService.State.DELIVERED,
                1,
                OptionalInt.of(200),
                at,
                at,
                Optional.of(at));
    }

    private static Leaf leaf(Disclosure disclosure) {
        return new Leaf(
                Korax.TENANT,
                disclosure.created(),
                Leaf.Act.DISCLOSURE_INTENDED,
                "benchmark",
                Optional.of(disclosure.subject()),
                disclosure.promises(),
                Map.of("partner", disclosure.partner()));
    }

    /** The service, and what is reachable while it is read, at its most. */
    private static SharingService watched(SharingService service, AtomicLong heap) {
        AtomicInteger pages = new AtomicInteger();
        InvocationHandler watching = (self, method, arguments) -> {
            if (pages.incrementAndGet() % PAGES == LOOKED_AT) {
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                heap.accumulateAndGet(runtime.totalMemory() - runtime.freeMemory(), Math::max);
            }
            try {
                return method.invoke(service, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (SharingService) Proxy.newProxyInstance(
                Exporting.class.getClassLoader(), new Class<?>[] {SharingService.class}, watching);
    }
}
