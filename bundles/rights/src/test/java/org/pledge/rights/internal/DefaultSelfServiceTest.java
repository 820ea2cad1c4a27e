package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;
import static org.pledge.rights.internal.World.OLGA;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf.Act;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.SelfService.Held;

class DefaultSelfServiceTest {
    private static final Identified ADA = new Identified(Map.of("email", "ada@example.org"));

    private final World world = new World();
    private final DefaultSelfService service = world.selfService;
    private final SubjectId person = world.person("DE", "email", "name");

    DefaultSelfServiceTest() {
        world.values.put(person, Map.of("email", List.of("ada@mail.example.org"), "name", List.of("Ada Lovelace")));
        world.known.put("email=ada@example.org", Set.of(person));
    }

    private String link() {
        List<Object[]> sent = world.calls.get("send");
        String url = ((Map<?, ?>) sent.get(sent.size() - 1)[3]).get("link").toString();
        assertThat(url).startsWith("https://korax.example/api/v1/self-service/korax/");
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private String sent() {
        service.send(DESK, person);
        return link();
    }

    private String pass() {
        return service.open(KORAX, sent());
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    @Test
    void aLinkIsGoodOnceAndTheStoreNeverHasIt() {
        String link = sent();
        assertThat(link).matches("[A-Za-z0-9_-]{43}");
        String pass = service.open(KORAX, link);
        assertThat(pass).isNotEqualTo(link).matches("[A-Za-z0-9_-]{43}");
        refused(Kind.NOT_FOUND, () -> service.open(KORAX, link));
        refused(Kind.NOT_FOUND, () -> service.open(KORAX, pass));
        refused(Kind.NOT_FOUND, () -> service.held(KORAX, link));
        assertThat(world.acts()).containsExactly(Act.LINK_MADE, Act.LINK_USED);
    }

    @Test
    void aLinkAndItsPassRunOutAfterFifteenMinutesEach() {
        String link = sent();
        world.later(Duration.ofMinutes(15).minusNanos(1000));
        String pass = service.open(KORAX, link);
        world.later(Duration.ofMinutes(15).minusNanos(1000));
        service.held(KORAX, pass);
        world.later(Duration.ofNanos(1000));
        refused(Kind.NOT_FOUND, () -> service.held(KORAX, pass));
        String late = sent();
        world.later(Duration.ofMinutes(15));
        refused(Kind.NOT_FOUND, () -> service.open(KORAX, late));
    }

    @Test
    void aLinkThatIsHandedOverNeedsNoMail() {
        world.template = false;
        world.messenger = false;
        String url = service.hand(DESK, person);
        assertThat(url).startsWith("https://korax.example/api/v1/self-service/korax/");
        String link = url.substring(url.lastIndexOf('/') + 1);
        String pass = service.open(KORAX, link);
        assertThat(service.held(KORAX, pass).shown()).containsKey("name");
        refused(Kind.NOT_FOUND, () -> service.open(KORAX, link));

        assertThat(world.count("send")).isZero();
        assertThat(world.leaves)
                .filteredOn(leaf -> leaf.act() == Act.LINK_MADE)
                .singleElement()
                .satisfies(leaf -> {
                    assertThat(leaf.actor()).isEqualTo("desk");
                    assertThat(leaf.details()).containsEntry("handed", "true").hasSize(1);
                });
    }

    @Test
    void whatIsAskedByALinkThatWasHandedOverIsVerifiedByTheWordOfWhoHandedIt() {
        String url = service.hand(DESK, person);
        String pass = service.open(KORAX, url.substring(url.lastIndexOf('/') + 1));
        assertThat(service.ask(KORAX, pass, Type.ACCESS).verifiedBy()).contains(Method.TRUSTED_PARTY);
        assertThat(service.ask(KORAX, service.open(KORAX, sent()), Type.PORTABILITY)
                        .verifiedBy())
                .contains(Method.MAIL_CODE);
    }

    @Test
    void isHandedOverForPeopleWhoAreKnownAndNotWithoutEnd() {
        refused(Kind.NOT_FOUND, () -> service.hand(DESK, SubjectId.random()));
        refused(Kind.DENIED, () -> service.hand(World.OLGA, person));
        refused(Kind.CONFLICT, () -> {
            for (int i = 0; i < 20; i++) {
                service.hand(DESK, person);
            }
        });
        refused(Kind.CONFLICT, () -> world.selfService("").hand(DESK, person));
    }

    @Test
    void aLinkIsItsTenantsOnly() {
        String link = sent();
        refused(Kind.NOT_FOUND, () -> service.open(new TenantId("anyip"), link));
        service.open(KORAX, link);
    }

    @Test
    void showsWhatIsHeldMasked() {
        Held held = service.held(KORAX, pass());
        assertThat(held.shown())
                .containsEntry("email", List.of("a***@m***.org"))
                .containsEntry("name", List.of("A***"));
        assertThat(held.changeable()).containsExactlyInAnyOrder("email", "name", "phone");
        assertThat(held.toString()).doesNotContain("a***");
    }

    @Test
    void changesOnlyWhatMayBeChangedByMail() {
        String pass = pass();
        service.change(KORAX, pass, Map.of("phone", List.of("+49 1")));
        assertThat(world.calls.get("update").get(0)[2]).isEqualTo(Map.of("phone", List.of("+49 1")));
        refused(Kind.DENIED, () -> service.change(KORAX, pass, Map.of("card-holder", List.of("x"))));
        world.hold(person, "card-holder");
        assertThat(service.held(KORAX, pass).changeable()).isEmpty();
        refused(Kind.DENIED, () -> service.change(KORAX, pass, Map.of("phone", List.of("+49 2"))));
        assertThat(world.count("update")).isEqualTo(1);
    }

    @Test
    void aRequestBehindALinkIsVerifiedWhereACodeWouldBeEnough() {
        String pass = pass();
        Request erasure = service.ask(KORAX, pass, Type.ERASURE);
        assertThat(erasure.state()).isEqualTo(State.OPEN);
        assertThat(erasure.verifiedBy()).contains(Method.MAIL_CODE);
        assertThat(erasure.channel()).isEqualTo("link");
        assertThat(service.ask(KORAX, pass, Type.ERASURE).id()).isEqualTo(erasure.id());
        world.hold(person, "card-holder");
        assertThat(service.ask(KORAX, pass, Type.ACCESS).state()).isEqualTo(State.RECEIVED);
        assertThat(service.held(KORAX, pass).requests()).hasSize(2);
    }

    @Test
    void whoseDataMayNotBeUsedSeesNoneOfItAndStillAsks() {
        String pass = pass();
        world.refusal = Optional.of(new PledgeException(Kind.DENIED, "restricted"));
        Held held = service.held(KORAX, pass);
        assertThat(held.shown()).isEmpty();
        assertThat(held.changeable()).isEmpty();
        assertThat(service.ask(KORAX, pass, Type.ERASURE).state()).isEqualTo(State.OPEN);
        refused(Kind.DENIED, () -> service.change(KORAX, pass, Map.of("phone", List.of("+49 1"))));
        assertThat(world.count("update")).isZero();
    }

    @Test
    void anOptOutIsDoneAtOnce() {
        assertThat(service.ask(KORAX, pass(), Type.OPT_OUT).state()).isEqualTo(State.FULFILLED);
        assertThat(world.count("withdraw")).isEqualTo(1);
    }

    @Test
    void theAddressOfLinksIsNotChangedByALink() {
        String pass = pass();
        refused(Kind.DENIED, () -> service.change(KORAX, pass, Map.of("email", List.of("eve@example.org"))));
        assertThat(world.count("update")).isZero();
    }

    @Test
    void whoeverUsesALinkEndsTheOtherLinksAndPassesOfThePerson() {
        String earlier = pass();
        service.send(DESK, person);
        String waiting = link();
        String latest = pass();
        refused(Kind.NOT_FOUND, () -> service.held(KORAX, earlier));
        refused(Kind.NOT_FOUND, () -> service.open(KORAX, waiting));
        assertThat(service.held(KORAX, latest).shown()).isNotEmpty();
    }

    @Test
    void onePassAsksAndChangesTenTimesAtMost() {
        String pass = pass();
        for (int i = 0; i < 5; i++) {
            service.ask(KORAX, pass, Type.OPT_OUT);
            service.change(KORAX, pass, Map.of("name", List.of("Ada")));
        }
        refused(Kind.DENIED, () -> service.ask(KORAX, pass, Type.OPT_OUT));
        refused(Kind.DENIED, () -> service.change(KORAX, pass, Map.of("name", List.of("Ada"))));
        assertThat(world.count("update")).isEqualTo(5);
    }

    @Test
    void endsAPass() {
        String pass = pass();
        service.end(KORAX, pass);
        service.end(KORAX, pass);
        refused(Kind.NOT_FOUND, () -> service.held(KORAX, pass));
    }

    @Test
    void openlyAskedForItTellsNothingAndSendsToWhoIsMeant() {
        service.ask(KORAX, new Identified(Map.of("email", "unknown@example.org")));
        service.ask(new TenantId("nobody"), ADA);
        service.ask(KORAX, new Identified(Map.of()));
        assertThat(world.count("send")).isZero();
        service.ask(KORAX, ADA);
        assertThat(service.held(KORAX, service.open(KORAX, link())).shown()).isNotEmpty();
    }

    @Test
    void sendsAFewLinksAnHourOnly() {
        for (int i = 0; i < 3; i++) {
            service.ask(KORAX, ADA);
            service.open(KORAX, link());
        }
        service.ask(KORAX, ADA);
        assertThat(world.count("send")).isEqualTo(3);
        world.later(Duration.ofHours(1));
        service.ask(KORAX, ADA);
        assertThat(world.count("send")).isEqualTo(4);
    }

    @Test
    void whoAsksForOthersTakesNoLinksFromAnybodyElse() {
        SubjectId grace = world.person("DE", "email");
        world.known.put("email=grace@example.org", Set.of(grace));
        for (int i = 0; i < 601; i++) {
            service.ask(KORAX, new Identified(Map.of("email", i + "@example.org")));
            service.ask(KORAX, ADA);
        }
        assertThat(world.count("send")).isEqualTo(3);
        service.ask(KORAX, new Identified(Map.of("email", "grace@example.org")));
        assertThat(world.count("send")).isEqualTo(4);
    }

    @Test
    void countsThePersonAndNotTheSpelling() {
        for (int i = 0; i < 9; i++) {
            Identified spelt = new Identified(Map.of("email", "ada@example.org" + " ".repeat(i)));
            world.known.put("email=" + spelt.identifiers().get("email"), Set.of(person));
            int before = world.count("send");
            service.ask(KORAX, spelt);
            if (world.count("send") > before) {
                service.open(KORAX, link());
            }
        }
        assertThat(world.count("send")).isEqualTo(3);
    }

    @Test
    void nothingIsShownOfValuesThatALoginProtects() {
        world.values.put(person, Map.of("name", List.of("Ada Lovelace"), "card-holder", List.of("Ada King")));
        assertThat(service.held(KORAX, pass()).shown())
                .containsEntry("name", List.of("A***"))
                .containsEntry("card-holder", List.of("***"));
    }

    @Test
    void noMoreThanThreeUnusedLinksWait() {
        for (int i = 0; i < 9; i++) {
            service.send(DESK, person);
        }
        assertThat(world.count("send")).isEqualTo(3);
    }

    @Test
    void linksThatRanOutUnusedDoNotKeepNewOnesAway() {
        for (int i = 0; i < 3; i++) {
            service.send(DESK, person);
        }
        world.later(Duration.ofMinutes(15));
        service.send(DESK, person);
        assertThat(world.count("send")).isEqualTo(4);
    }

    @Test
    void needsTheRoleAnAddressAndATemplate() {
        refused(Kind.DENIED, () -> service.send(OLGA, person));
        refused(Kind.CONFLICT, () -> world.selfService("").send(DESK, person));
        world.template = false;
        refused(Kind.CONFLICT, () -> service.send(DESK, person));
        assertThatThrownBy(() -> world.selfService("http://korax.example/api"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("publicUrl");
        assertThat(world.leaves).isEmpty();
    }

    @Test
    void nothingIsSentToNobody() {
        service.send(DESK, SubjectId.random());
        assertThat(world.count("send")).isZero();
    }
}
