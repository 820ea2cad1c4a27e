package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.crypto.LookupTokens;
import org.pledge.notices.MessageService;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;

/** A user name and password of a person's own. */
class LoginsTest {
    private static final String PASSWORD = "four words of hers";

    private final World world = new World();
    private final DefaultSelfService service = world.selfService;
    private final SubjectId ada = person("ada@mail.example.org");

    private SubjectId person(String email) {
        SubjectId id = world.person("DE", "email", "name");
        world.values.put(id, Map.of("email", List.of(email), "card-holder", List.of("ADA")));
        return id;
    }

    private String handed(SubjectId person) {
        String url = service.hand(DESK, person);
        return service.open(KORAX, url.substring(url.lastIndexOf('/') + 1));
    }

    private String mailed(SubjectId person) {
        service.send(DESK, person);
        List<Object[]> sent = world.calls.get("send");
        String url = ((Map<?, ?>) sent.get(sent.size() - 1)[3]).get("link").toString();
        return service.open(KORAX, url.substring(url.lastIndexOf('/') + 1));
    }

    private void set(SubjectId person, String name) {
        service.setLogin(KORAX, handed(person), name, PASSWORD.toCharArray());
    }

    private String in(String name, String password) {
        return service.signIn(KORAX, name, password.toCharArray()).pass();
    }

    private static PledgeException refused(Kind kind, ThrowingCallable call) {
        PledgeException[] caught = new PledgeException[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            caught[0] = e;
        });
        return caught[0];
    }

    @Test
    void signsInAndSeesPersonalDataInClearAndNothingElse() {
        set(ada, "Ada.L");
        String pass = in(" ada.l ", PASSWORD);
        assertThat(service.held(KORAX, pass).shown())
                .containsEntry("email", List.of("ada@mail.example.org"))
                .containsEntry("card-holder", List.of("***"));
        assertThat(service.held(KORAX, pass).signedIn()).isTrue();
        assertThat(world.acts()).containsSubsequence(Act.LINK_USED, Act.LOGIN_SET, Act.SIGNED_IN);
    }

    @Test
    void whoSignedInEditsAndAsksWhereALoginIsNeeded() {
        set(ada, "ada");
        world.hold(ada, "card-holder");
        String pass = in("ada", PASSWORD);
        service.change(KORAX, pass, Map.of("name", List.of("Ada King")));
        assertThat(world.count("update")).isEqualTo(1);
        assertThat(service.ask(KORAX, pass, Type.ACCESS).verifiedBy()).contains(Method.ACCOUNT_LOGIN);
        assertThat(service.ask(KORAX, pass, Type.PORTABILITY).state()).isEqualTo(State.OPEN);
    }

    @Test
    void aPassIsItsPersonsAndItsTenantsOnly() {
        SubjectId grace = person("grace@example.org");
        set(ada, "ada");
        set(grace, "grace");
        String pass = in("ada", PASSWORD);
        service.requireHolder(KORAX, pass, ada);
        String other = refused(Kind.DENIED, () -> service.requireHolder(KORAX, pass, grace))
                .getMessage();
        assertThat(refused(Kind.DENIED, () -> service.requireHolder(KORAX, pass, SubjectId.random())))
                .hasMessage(other);
        refused(Kind.NOT_FOUND, () -> service.held(new TenantId("anyip"), pass));
        refused(Kind.UNAUTHENTICATED, () -> service.signIn(new TenantId("anyip"), "ada", PASSWORD.toCharArray()));
    }

    @Test
    void tellsNothingOfNames() {
        set(ada, "ada");
        int leaves = world.leaves.size();
        PledgeException wrong = refused(Kind.UNAUTHENTICATED, () -> in("ada", "some other words"));
        PledgeException unknown = refused(Kind.UNAUTHENTICATED, () -> in("eve", PASSWORD));
        assertThat(wrong).hasMessage(unknown.getMessage());
        assertThat(world.leaves.subList(leaves, world.leaves.size())).hasSize(1).allSatisfy(leaf -> {
            assertThat(leaf.act()).isEqualTo(Act.SIGN_IN_REFUSED);
            assertThat(leaf.subject()).isEmpty();
        });
    }

    private List<String> refusals() {
        return world.leaves.stream()
                .filter(leaf -> leaf.act() == Act.SIGN_IN_REFUSED)
                .map(leaf -> leaf.details().toString())
                .toList();
    }

    @Test
    void manyRefusalsAreFewLeaves() {
        for (int i = 0; i < 7; i++) {
            String name = "name-" + i;
            refused(Kind.UNAUTHENTICATED, () -> in(name, "short"));
        }
        assertThat(refusals()).containsExactly("{tries=1}");
        world.later(Duration.ofMinutes(10).minusNanos(1000));
        world.refusedSignIns.record();
        assertThat(refusals()).hasSize(1);
        world.later(Duration.ofNanos(1000));
        world.refusedSignIns.record();
        world.refusedSignIns.record();
        assertThat(refusals()).containsExactly("{tries=1}", "{tries=6}");
        world.later(Duration.ofMinutes(10));
        refused(Kind.UNAUTHENTICATED, () -> in("eve", "short"));
        refused(Kind.UNAUTHENTICATED, () -> in("eve", "short"));
        assertThat(refusals()).containsExactly("{tries=1}", "{tries=6}", "{tries=1}");
        world.refusedSignIns.stop();
        assertThat(refusals()).containsExactly("{tries=1}", "{tries=6}", "{tries=1}", "{tries=1}");
    }

    @Test
    void tenantsAreCountedApart() {
        TenantId anyip = new TenantId("anyip");
        world.refusedSignIns.add(KORAX);
        world.refusedSignIns.add(anyip);
        assertThat(world.leaves).extracting(Leaf::tenant).containsExactly(KORAX, anyip);
    }

    @Test
    void whatCannotBeRecordedWaits() {
        boolean[] down = {true};
        AuditLog log = World.fake(AuditLog.class, call -> {
            if (down[0]) {
                throw new IllegalStateException("a test lets this fail");
            }
            world.append((Leaf) call.arguments()[0]);
            return null;
        });
        RefusedSignIns refused = new RefusedSignIns(world.clockwork, world.store, log);
        assertThatThrownBy(() -> refused.add(KORAX)).isInstanceOf(IllegalStateException.class);
        refused.record();
        down[0] = false;
        refused.record();
        assertThat(refusals()).containsExactly("{tries=1}");
    }

    @Test
    void manyAtOnceWaitForEachOther() throws Exception {
        set(ada, "ada");
        ExecutorService browsers = Executors.newFixedThreadPool(6);
        try {
            List<Callable<String>> six = Collections.nCopies(6, () -> in("ada", PASSWORD));
            for (Future<String> browser : browsers.invokeAll(six)) {
                assertThat(browser.get()).isNotEmpty();
            }
        } finally {
            browsers.shutdownNow();
        }
    }

    @Test
    void aNameRestsAfterFiveTriesKnownOrNotEachTimeLonger() {
        set(ada, "ada");
        for (String name : List.of("ada", "eve")) {
            for (int i = 0; i < 5; i++) {
                refused(Kind.UNAUTHENTICATED, () -> in(name, "some other words"));
            }
        }
        refused(Kind.UNAUTHENTICATED, () -> in("ada", PASSWORD));
        world.later(Duration.ofMinutes(1));
        refused(Kind.UNAUTHENTICATED, () -> in("ada", "some other words"));
        world.later(Duration.ofMinutes(2).minusNanos(1000));
        refused(Kind.UNAUTHENTICATED, () -> in("ada", PASSWORD));
        world.later(Duration.ofNanos(1000));
        in("ada", PASSWORD);
        refused(Kind.UNAUTHENTICATED, () -> in("ada", "some other words"));
        in("ada", PASSWORD);
    }

    /** Messages of a template that were sent. */
    private List<Object[]> sent(String template) {
        return world.calls.getOrDefault("send", List.of()).stream()
                .filter(call -> call[2].equals(template))
                .toList();
    }

    @Test
    void isToldOfEachSettingAndOfARepeatOnce() {
        set(ada, "ada");
        assertThat(sent("login-changed")).singleElement().satisfies(call -> assertThat(call)
                .containsExactly(DefaultSelfService.actor(KORAX), ada, "login-changed", Map.of()));
        set(ada, " ADA ");
        assertThat(sent("login-changed")).hasSize(1);
        String pass = in("ada", PASSWORD);
        service.setLogin(KORAX, pass, "ada", "other words of hers".toCharArray());
        service.setLogin(KORAX, pass, "ada", "other words of hers".toCharArray());
        assertThat(sent("login-changed")).hasSize(2);
        set(ada, "countess");
        assertThat(sent("login-changed")).hasSize(3);
        in("countess", PASSWORD);
    }

    @Test
    void isToldNothingOfWhatIsRefused() {
        refused(Kind.INVALID, () -> set(ada, "x"));
        set(person("grace@example.org"), "grace");
        refused(Kind.CONFLICT, () -> set(ada, "grace"));
        assertThat(sent("login-changed")).hasSize(1);
    }

    @Test
    void ofTwoSettingsAtOnceOneIsRefused() {
        Logins[] logins = new Logins[1];
        Runnable set = () -> logins[0].set(DESK, ada, "ada", PASSWORD.toCharArray(), () -> {});
        boolean[] between = {true};
        LookupTokens tokens = World.fake(LookupTokens.class, call -> {
            if (call.arguments()[1].equals("own-login-password") && between[0]) {
                between[0] = false;
                set.run();
            }
            return world.token(KORAX, (String) call.arguments()[1], (byte[]) call.arguments()[2]);
        });
        List<MessageService> none = List.of();
        logins[0] = new Logins(
                world.clockwork,
                world.store,
                tokens,
                world,
                world.store,
                world.refusedSignIns,
                new LoginNotices(() -> none, Runnable::run));
        assertThat(refused(Kind.CONFLICT, set::run)).hasMessageStartingWith("name: ");
        assertThat(world.acts()).containsExactly(Act.LOGIN_SET);
        set.run();
        in("ada", PASSWORD);
    }

    @Test
    void isSetWhateverBecomesOfItsMessage() {
        world.unsent = Optional.of(new PledgeException(Kind.CONFLICT, "no mail partner"));
        set(ada, "ada");
        world.unsent = Optional.of(new IllegalStateException("a test lets this fail"));
        set(ada, "countess");
        world.unsent = Optional.empty();
        world.template = false;
        set(ada, "ada-king");
        world.messenger = false;
        set(ada, "ada.l");
        in("ada.l", PASSWORD);
        assertThat(world.count("send")).isZero();
    }

    private void fail(String name, int times) {
        for (int i = 0; i < times; i++) {
            refused(Kind.UNAUTHENTICATED, () -> in(name, "some other words"));
        }
    }

    @Test
    void isToldOnceThatANameRestsAndUnknownNamesWaitAlike() {
        set(ada, "ada");
        List<Runnable> waiting = new ArrayList<>();
        world.later = waiting::add;
        for (String name : List.of("ada", "eve")) {
            fail(name, 4);
            assertThat(waiting).isEmpty();
            fail(name, 3);
            assertThat(waiting).hasSize(1);
            waiting.remove(0).run();
        }
        assertThat(sent("login-locked")).singleElement().satisfies(call -> assertThat(call)
                .containsExactly(DefaultSelfService.actor(KORAX), ada, "login-locked", Map.of()));
        world.later(Duration.ofMinutes(1));
        fail("ada", 1);
        assertThat(waiting).isEmpty();
        world.later(Duration.ofMinutes(2));
        in("ada", PASSWORD);
        fail("ada", 5);
        assertThat(waiting).hasSize(1);
    }

    @Test
    void isToldNothingWhereTheFifthTryFits() {
        set(ada, "ada");
        fail("ada", 4);
        in("ada", PASSWORD);
        fail("ada", 4);
        assertThat(sent("login-locked")).isEmpty();
    }

    @Test
    void restsWhateverBecomesOfItsMessage() {
        set(ada, "ada");
        world.unsent = Optional.of(new IllegalStateException("a test lets this fail"));
        fail("ada", 5);
        refused(Kind.UNAUTHENTICATED, () -> in("ada", PASSWORD));
    }

    @Test
    void aNameIsOnePersonsOnlyAndAnotherTakesTheFormersPlace() {
        SubjectId grace = person("grace@example.org");
        set(ada, "ada");
        assertThat(refused(Kind.CONFLICT, () -> set(grace, "ADA"))).hasMessageStartingWith("name: ");
        set(ada, "countess");
        refused(Kind.UNAUTHENTICATED, () -> in("ada", PASSWORD));
        in("countess", PASSWORD);
    }

    @Test
    void namesTheFieldThatDoesNotFit() {
        String pass = handed(ada);
        for (String name : List.of("", "ab", "a b c", "x".repeat(65))) {
            assertThat(refused(Kind.INVALID, () -> service.setLogin(KORAX, pass, name, PASSWORD.toCharArray())))
                    .hasMessageStartingWith("name: ");
        }
        String again = handed(ada);
        for (String password : List.of("", "elevenchars", "x".repeat(129), "this is Ada.L again")) {
            assertThat(refused(Kind.INVALID, () -> service.setLogin(KORAX, again, "ada.l", password.toCharArray())))
                    .hasMessageStartingWith("password: ");
        }
    }

    @Test
    void aLinkByMailSetsOneOnlyWhereACodeByMailIsEnough() {
        service.setLogin(KORAX, mailed(ada), "ada", PASSWORD.toCharArray());
        String pass = mailed(ada);
        world.hold(ada, "card-holder");
        assertThat(service.held(KORAX, pass).mayLogin()).isFalse();
        refused(Kind.DENIED, () -> service.setLogin(KORAX, pass, "other", PASSWORD.toCharArray()));
        assertThat(service.held(KORAX, handed(ada)).mayLogin()).isTrue();
        set(ada, "other");
    }

    @Test
    void anotherPasswordEndsOtherPages() {
        set(ada, "ada");
        String former = in("ada", PASSWORD);
        String pass = in("ada", PASSWORD);
        refused(Kind.NOT_FOUND, () -> service.held(KORAX, former));
        service.setLogin(KORAX, pass, "ada", "other words of hers".toCharArray());
        service.held(KORAX, pass);
        refused(Kind.UNAUTHENTICATED, () -> in("ada", PASSWORD));
        in("ada", "other words of hers");
    }

    @Test
    void leavesWithThePerson() {
        set(ada, "ada");
        String pass = in("ada", PASSWORD);
        world.store.required(() -> new RemovedPeople(world.store, world.store, world.store).removed(DESK, ada));
        refused(Kind.NOT_FOUND, () -> service.held(KORAX, pass));
        refused(Kind.UNAUTHENTICATED, () -> in("ada", PASSWORD));
        set(person("grace@example.org"), "ada");
    }

    @Test
    void whoIsGoneIsNotLetIn() {
        set(ada, "ada");
        world.store.required(() -> world.store.removePerson(KORAX, ada));
        refused(Kind.UNAUTHENTICATED, () -> in("ada", PASSWORD));
    }

    @Test
    void theRecordHasNeitherNameNorPassword() {
        set(ada, "countess");
        in("countess", PASSWORD);
        assertThat(world.leaves).map(Leaf::details).noneMatch(details -> details.toString()
                .contains("countess"));
        assertThat(service.signIn(KORAX, "countess", PASSWORD.toCharArray()).toString())
                .doesNotContain("pass=");
    }
}
