package org.pledge.visitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Tracker;
import org.pledge.policy.Policy.TrackerKind;
import org.pledge.policy.Policy.TrackerType;
import org.pledge.visitor.CookieService;
import org.pledge.visitor.CookieService.Checked;
import org.pledge.visitor.CookieService.Choice;
import org.pledge.visitor.CookieService.Chosen;
import org.pledge.visitor.CookieService.Fault;
import org.pledge.visitor.CookieService.Sending;
import org.pledge.visitor.CookieService.Stored;
import org.pledge.visitor.CookieService.Verdict;

class DefaultCookieServiceTest {
    private static final String SECRET = "john@example.org";

    private final World world = new World();
    private final CookieService service = service(world);

    private static CookieService service(World world) {
        world.trackers.addAll(List.of(
                cookie("sid", true, TrackerKind.SESSION, Map.of(), "session"),
                cookie("prefs", true, TrackerKind.PREFERENCE, Map.of(), "P1Y"),
                cookie("visitor", true, TrackerKind.STATISTICS, Map.of("US", Need.IMPLIED), "P90D"),
                cookie("_ad*", false, TrackerKind.MARKETING, Map.of("US", Need.IMPLIED), "P90D"),
                new Tracker(
                        "theme",
                        TrackerType.STORAGE,
                        true,
                        "statistics",
                        TrackerKind.PREFERENCE,
                        Need.IMPLIED,
                        Map.of(),
                        "P1Y",
                        "",
                        List.of()),
                beacon("pixel", TrackerKind.STATISTICS, "pixel.site.example"),
                beacon("partner", TrackerKind.MARKETING, "*.partner.example")));
        world.promises.add(World.promise("IW-17", "cookie-register", Map.of("strips", "unregistered, refused-beacon")));
        return world.cookies();
    }

    private static Tracker cookie(String name, boolean own, TrackerKind kind, Map<String, Need> needIn, String life) {
        return new Tracker(name, TrackerType.COOKIE, own, "statistics", kind, kind.need(), needIn, life, "", List.of());
    }

    private static Tracker beacon(String name, TrackerKind kind, String host) {
        return new Tracker(
                name,
                TrackerType.BEACON,
                true,
                "statistics",
                kind,
                Need.OPT_IN,
                Map.of("US", Need.IMPLIED),
                "",
                host,
                List.of());
    }

    private static Sending cookies(String choice, String country, boolean signal, String... cookies) {
        return new Sending(
                List.of(cookies),
                List.of(),
                List.of(),
                Optional.ofNullable(choice),
                Optional.ofNullable(country),
                signal);
    }

    private Optional<Fault> fault(String choice, String country, boolean signal, String cookie) {
        return service.check(World.INTEGRATOR, cookies(choice, country, signal, cookie))
                .cookies()
                .get(0)
                .fault();
    }

    private Optional<Fault> beacon(String choice, String country, String host) {
        Sending sending = new Sending(
                List.of(), List.of(), List.of(host), Optional.ofNullable(choice), Optional.ofNullable(country), false);
        return service.check(World.INTEGRATOR, sending).beacons().get(0).fault();
    }

    // the register

    @Test
    void theRegisterIsThatOfThePolicyInForceAndTheChoiceItself() {
        CookieService.Register register = service.register(World.VIEWER);

        assertThat(register.policyVersion()).isEqualTo(1);
        assertThat(register.trackers())
                .extracting(Tracker::name)
                .containsExactly("sid", "prefs", "visitor", "_ad*", "theme", "pixel", "partner", CookieService.CHOICE);
    }

    @Test
    void aPolicyWithoutCookiesLetsNoneThrough() {
        world.trackers.clear();

        assertThat(fault("granted", "US", false, "sid=1")).contains(Fault.UNREGISTERED);
    }

    // the gate

    @Test
    void keepsWhatIsRegisteredAndStripsTheRestInOrder() {
        Checked checked = service.check(
                World.INTEGRATOR,
                cookies("granted", "DE", false, "sid=8b1f0c5e7a; HttpOnly", "other=1", "_ads=x", "sid=1; Max-Age=9"));

        assertThat(checked.cookies())
                .containsExactly(
                        new Verdict(Optional.of("sid"), Optional.empty(), List.of()),
                        new Verdict(Optional.empty(), Optional.of(Fault.UNREGISTERED), List.of("IW-17")),
                        new Verdict(Optional.of("_ad*"), Optional.empty(), List.of()),
                        new Verdict(Optional.of("sid"), Optional.of(Fault.LIVES_TOO_LONG), List.of("AI-15")));
    }

    @Test
    void noCookieHoldsAnAddressWhateverWasAgreedTo() {
        for (String cookie : List.of("prefs=" + SECRET, "sid=192.0.2.7", "visitor=192.0.2.7", "prefs=password:x1=2")) {
            assertThat(fault("granted", "US", false, cookie)).as(cookie).contains(Fault.PERSONAL_VALUE);
        }
    }

    @Test
    void consentComesFirstInEuropeAndWhereTheCountryIsNotKnown() {
        assertThat(fault(null, "NL", false, "visitor=a1")).contains(Fault.NO_PRIOR_CONSENT);
        assertThat(fault(null, null, false, "visitor=a1")).contains(Fault.NO_PRIOR_CONSENT);
        assertThat(fault(null, "US-CA", false, "visitor=a1")).isEmpty();
        assertThat(fault("statistics", "NL", false, "visitor=a1")).isEmpty();
        assertThat(fault("preference.marketing", "US", false, "visitor=a1")).contains(Fault.REFUSED_BY_VISITOR);
    }

    @Test
    void theBrowsersSignalOutweighsAYes() {
        assertThat(fault("granted", "US", true, "visitor=a1")).contains(Fault.REFUSED_BY_VISITOR);
        assertThat(fault("granted", "US", true, "prefs=dark")).contains(Fault.REFUSED_BY_VISITOR);
        assertThat(fault("granted", "US", true, "sid=a1")).isEmpty();
    }

    @Test
    void theChoiceIsKeptWhateverWasRefusedAndHoldsNothingElse() {
        assertThat(fault("refused", "DE", true, "cookie-consent=refused; Max-Age=15552000"))
                .isEmpty();
        assertThat(fault("refused", "DE", true, "cookie-consent=; Max-Age=0")).isEmpty();
        assertThat(fault("refused", "DE", false, "cookie-consent=u123")).contains(Fault.PERSONAL_VALUE);
        assertThat(fault("refused", "DE", false, "cookie-consent=refused; Max-Age=15552001"))
                .contains(Fault.LIVES_TOO_LONG);
    }

    @Test
    void aBeaconIsGatedByItsHost() {
        assertThat(beacon("granted", "DE", "Pixel.Site.Example")).isEmpty();
        assertThat(beacon("granted", "DE", "a.b.partner.example.")).isEmpty();
        assertThat(beacon("granted", "DE", "partner.example")).contains(Fault.UNREGISTERED_BEACON);
        assertThat(beacon("granted", "DE", "evilpartner.example")).contains(Fault.UNREGISTERED_BEACON);
        assertThat(beacon("granted", "DE", "x.pixel.site.example")).contains(Fault.UNREGISTERED_BEACON);
        assertThat(beacon("statistics", "DE", "a.partner.example")).contains(Fault.REFUSED_BEACON);
        assertThat(beacon(null, "DE", "pixel.site.example")).contains(Fault.REFUSED_BEACON);
        assertThat(beacon(null, "US", "pixel.site.example")).isEmpty();
    }

    @Test
    void aStoredValueNeedsAnEntryOfItsOwn() {
        Sending sending = new Sending(
                List.of(),
                List.of(new Stored("theme", "dark"), new Stored("theme", SECRET), new Stored("prefs", "dark")),
                List.of(),
                Optional.empty(),
                Optional.of("DE"),
                false);

        assertThat(service.check(World.INTEGRATOR, sending).storage())
                .extracting(Verdict::fault)
                .containsExactly(Optional.empty(), Optional.of(Fault.PERSONAL_VALUE), Optional.of(Fault.UNREGISTERED));
    }

    @Test
    void whatHasAnotherFormIsRefusedWithoutEcho() {
        List<Sending> wrong = List.of(
                new Sending(
                        Collections.nCopies(101, "a=b"),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        false),
                cookies(null, "XX", false),
                cookies(null, null, false, "a=b\r\nSet-Cookie: " + SECRET),
                cookies(null, null, false, SECRET.repeat(600)),
                new Sending(
                        List.of(),
                        List.of(),
                        List.of("https://a.example/?u=" + SECRET),
                        Optional.empty(),
                        Optional.empty(),
                        false));
        for (Sending sending : wrong) {
            assertThatThrownBy(() -> service.check(World.INTEGRATOR, sending))
                    .isInstanceOfSatisfying(
                            PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
                    .hasMessageNotContaining("john");
        }
        assertThat(world.leaves).isEmpty();
    }

    // what is recorded

    @Test
    void theFirstOfEachFaultIsRecordedWithoutValuesAndOnce() {
        Sending sending = cookies(null, "DE", false, "visitor=a1", "mail-john=" + SECRET, "prefs=" + SECRET);

        service.check(World.INTEGRATOR, sending);
        service.check(World.INTEGRATOR, sending);
        service.check(World.INTEGRATOR, cookies(null, "DE", false, "visitor=b2", "prefs=dark"));

        assertThat(world.leaves).hasSize(3).allMatch(leaf -> leaf.act() == Leaf.Act.REFUSED);
        assertThat(world.leaves.stream().map(leaf -> leaf.details().get("name")))
                .contains("visitor", "prefs")
                .anyMatch(name -> name.matches("sha256:[0-9a-f]{12}"));
        assertThat(world.leaves.toString()).doesNotContain("john", "a1", "example.org");
        assertThat(world.leaves)
                .extracting(Leaf::promises)
                .containsExactlyInAnyOrder(List.of("OT-6"), List.of("IW-17"), List.of("KX-18"));
    }

    @Test
    void whatAnyoneSendsFillsNoRecord() {
        IntStream.range(0, 5)
                .forEach(call -> service.check(
                        World.INTEGRATOR,
                        cookies(
                                null,
                                null,
                                false,
                                IntStream.range(0, 90)
                                        .mapToObj(i -> "c" + call + "-" + i + "=1")
                                        .toArray(String[]::new))));

        assertThat(world.leaves).hasSize(StrippedOnce.MOST);
        CookieService other = world.cookies();
        other.check(
                new Caller(new TenantId("korax"), "site", Set.of(Role.INTEGRATOR)), cookies(null, null, false, "x=1"));
        assertThat(world.leaves).hasSize(StrippedOnce.MOST + 1);
    }

    @Test
    void whatCouldNotBeRecordedIsRecordedNextTime() {
        Sending sending = cookies(null, "DE", false, "other=1");
        assertThatThrownBy(() -> world.store.required(() -> {
                    service.check(World.INTEGRATOR, sending);
                    throw new PledgeException(Kind.UNAVAILABLE, "the record is full");
                }))
                .isInstanceOf(PledgeException.class);
        world.leaves.clear();

        service.check(World.INTEGRATOR, sending);

        assertThat(world.leaves).hasSize(1);
    }

    // the choice

    @Test
    void sayingNothingRefusesAllAndTakesAwayWhatWasSet() {
        Chosen chosen = service.choose(World.INTEGRATOR, new Choice(Set.of(), false));

        assertThat(chosen.agreed()).isEmpty();
        assertThat(chosen.setCookies())
                .containsExactly(
                        "cookie-consent=refused; Path=/; Max-Age=15552000; Secure; SameSite=Lax",
                        "prefs=; Path=/; Max-Age=0",
                        "visitor=; Path=/; Max-Age=0");
        assertThat(world.leaves).isEmpty();
    }

    @Test
    void theSignalOutweighsTheChoice() {
        assertThat(service.choose(World.INTEGRATOR, new Choice(Set.of(TrackerKind.STATISTICS), true)))
                .isEqualTo(service.choose(World.INTEGRATOR, new Choice(Set.of(), false)));
    }

    @Property(tries = 50)
    void whatIsAnsweredToAChoicePassesTheGateAndDecidesThere(
            @ForAll Set<TrackerKind> kinds, @ForAll boolean signal, @ForAll TrackerKind asked) {
        World other = new World();
        CookieService site = service(other);
        Chosen chosen = site.choose(World.INTEGRATOR, new Choice(kinds, signal));
        String value = chosen.setCookies().get(0).split("[=;]")[1];

        Checked back = site.check(
                World.INTEGRATOR,
                new Sending(chosen.setCookies(), List.of(), List.of(), Optional.of(value), Optional.empty(), signal));
        assertThat(back.cookies()).allMatch(each -> each.fault().isEmpty());

        Map<TrackerKind, String> cookies = Map.of(
                TrackerKind.SESSION, "sid=a",
                TrackerKind.PREFERENCE, "prefs=a",
                TrackerKind.STATISTICS, "visitor=a",
                TrackerKind.MARKETING, "_ads=a");
        boolean kept = site.check(World.INTEGRATOR, cookies(value, "DE", signal, cookies.get(asked)))
                .cookies()
                .get(0)
                .fault()
                .isEmpty();
        assertThat(kept).isEqualTo(asked == TrackerKind.SESSION || kinds.contains(asked) && !signal);
    }

    @Test
    void asksForARole() {
        for (Role role : Role.values()) {
            Caller caller = new Caller(World.TENANT, "x", Set.of(role));
            boolean site = Set.of(Role.OPERATOR, Role.INTEGRATOR).contains(role);
            boolean reads =
                    site || Set.of(Role.VIEWER, Role.OFFICER, Role.AUDITOR).contains(role);
            assertThat(allowed(() -> service.check(caller, cookies(null, null, false))))
                    .isEqualTo(site);
            assertThat(allowed(() -> service.choose(caller, new Choice(Set.of(), false))))
                    .isEqualTo(site);
            assertThat(allowed(() -> service.register(caller))).isEqualTo(reads);
        }
    }

    private static boolean allowed(Runnable act) {
        try {
            act.run();
            return true;
        } catch (PledgeException e) {
            assertThat(e.kind()).isEqualTo(Kind.DENIED);
            return false;
        }
    }

    @Test
    void nothingThatASiteSendsIsPrinted() {
        Sending sending = new Sending(
                List.of("a=" + SECRET),
                List.of(new Stored("a", SECRET)),
                List.of(),
                Optional.of(SECRET),
                Optional.empty(),
                false);

        assertThat(Stream.of(sending, sending.storage().get(0)).map(Object::toString))
                .noneMatch(text -> text.contains("john"));
    }
}
