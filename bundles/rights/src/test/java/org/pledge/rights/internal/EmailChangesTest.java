package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.rights.spi.EmailChangeStore.EmailChange;

/** A new address counts once it is confirmed. */
class EmailChangesTest {
    private static final String NEW = "ada@new.example.org";

    private final World world = new World();
    private final DefaultSelfService service = world.selfService;
    private final SubjectId person = world.person("DE", "email", "name");

    EmailChangesTest() {
        world.values.put(person, Map.of("email", List.of("ada@mail.example.org"), "name", List.of("Ada Lovelace")));
    }

    private String handed() {
        String url = service.hand(DESK, person);
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private String pass() {
        return service.open(KORAX, handed());
    }

    private String code() {
        List<Object[]> sent = world.calls.get("tellAt");
        return ((Map<?, ?>) sent.get(sent.size() - 1)[3]).get("code").toString();
    }

    private String another() {
        return code().equals("000000") ? "000001" : "000000";
    }

    private static void refused(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    @Test
    void theNewAddressGetsACodeTheFormerIsToldAndStays() {
        service.changeEmail(KORAX, pass(), " " + NEW + " ");
        assertThat(world.calls.get("send").get(0)).startsWith(DefaultSelfService.actor(KORAX), person, "email-change");
        Object[] sent = world.calls.get("tellAt").get(0);
        assertThat(sent).startsWith(DefaultSelfService.actor(KORAX), person, "email-confirmation");
        assertThat(sent[4]).isEqualTo(NEW);
        assertThat(code()).matches("[0-9]{6}");
        assertThat(world.count("update")).isZero();
    }

    @Test
    void theCodeCanBeTypedAlsoWhereTheMachineWritesOtherDigits() {
        Locale machine = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            service.changeEmail(KORAX, pass(), NEW);
        } finally {
            Locale.setDefault(machine);
        }
        assertThat(code()).matches("[0-9]{6}");
    }

    @Test
    void withTheCodeItTakesThePlaceOfTheFormerOnce() {
        String pass = pass();
        service.changeEmail(KORAX, pass, NEW);
        service.confirmEmail(KORAX, pass, code());
        assertThat(world.calls.get("update")).hasSize(1);
        assertThat(world.calls.get("update").get(0)[1]).isEqualTo(person);
        assertThat(world.calls.get("update").get(0)[2]).isEqualTo(Map.of("email", List.of(NEW)));
        refused(Kind.INVALID, () -> service.confirmEmail(KORAX, pass, code()));
        assertThat(world.acts())
                .containsExactly(Act.LINK_MADE, Act.LINK_USED, Act.EMAIL_CHANGE_ASKED, Act.EMAIL_CONFIRMED);
        assertThat(world.leaves).flatExtracting(Leaf::details).noneMatch(details -> details.toString()
                .contains(NEW));
    }

    @Test
    void whatWasSentToTheFormerAddressOpensNothingAnyMoreAndThePageGoesOn() {
        String pass = pass();
        String waiting = handed();
        service.changeEmail(KORAX, pass, NEW);
        service.confirmEmail(KORAX, pass, code());
        refused(Kind.NOT_FOUND, () -> service.open(KORAX, waiting));
        assertThat(service.held(KORAX, pass).shown()).isNotEmpty();
    }

    @Test
    void anotherCodeIsRefusedAndAfterThreeTheRightOneToo() {
        String pass = pass();
        service.changeEmail(KORAX, pass, NEW);
        refused(Kind.INVALID, () -> service.confirmEmail(KORAX, pass, another()));
        refused(Kind.INVALID, () -> service.confirmEmail(KORAX, pass, "12345"));
        refused(Kind.INVALID, () -> service.confirmEmail(KORAX, pass, ""));
        refused(Kind.INVALID, () -> service.confirmEmail(KORAX, pass, code()));
        assertThat(world.count("update")).isZero();
        assertThat(world.acts()).filteredOn(Act.EMAIL_CODE_REFUSED::equals).hasSize(3);
    }

    @Test
    void aCodeIsGoodForFifteenMinutesOnAnyPageOfThePerson() {
        service.changeEmail(KORAX, pass(), NEW);
        world.later(Duration.ofMinutes(15).minusNanos(1000));
        String later = pass();
        service.confirmEmail(KORAX, later, code());
        service.changeEmail(KORAX, later, NEW);
        world.later(Duration.ofMinutes(15));
        refused(Kind.INVALID, () -> service.confirmEmail(KORAX, pass(), code()));
    }

    @Test
    void aLaterAddressEndsTheCodeOfAnEarlierOne() {
        String pass = pass();
        service.changeEmail(KORAX, pass, "eve@example.org");
        String earlier = code();
        service.changeEmail(KORAX, pass, NEW);
        if (!earlier.equals(code())) {
            refused(Kind.INVALID, () -> service.confirmEmail(KORAX, pass, earlier));
        }
        service.confirmEmail(KORAX, pass, code());
        assertThat(world.calls.get("update").get(0)[2]).isEqualTo(Map.of("email", List.of(NEW)));
    }

    @Test
    void nobodyElsesCodeIsTaken() {
        SubjectId other = world.person("DE", "email");
        world.values.put(other, Map.of("email", List.of("grace@example.org")));
        service.changeEmail(KORAX, pass(), NEW);
        String url = service.hand(DESK, other);
        String pass = service.open(KORAX, url.substring(url.lastIndexOf('/') + 1));
        refused(Kind.INVALID, () -> service.confirmEmail(KORAX, pass, code()));
        service.changeEmail(KORAX, pass, NEW);
        service.confirmEmail(KORAX, pass, code());
        assertThat(world.calls.get("update")).singleElement().satisfies(call -> assertThat(call[1])
                .isEqualTo(other));
    }

    @Test
    void isNotOfferedWhereNoMessageCanLeave() {
        String pass = pass();
        assertThat(service.held(KORAX, pass).changeable()).contains("email", "name");
        assertThat(service.held(KORAX, pass).emailStopped()).isFalse();
        world.template = false;
        assertThat(service.held(KORAX, pass).changeable()).contains("name").doesNotContain("email");
        assertThat(service.held(KORAX, pass).emailStopped()).isTrue();
        world.template = true;
        world.messenger = false;
        assertThat(service.held(KORAX, pass).emailStopped()).isTrue();
        world.hold(person, "card-holder");
        assertThat(service.held(KORAX, pass).emailStopped()).isFalse();
    }

    @Test
    void withoutAMessageNothingWaits() {
        String pass = pass();
        world.template = false;
        refused(Kind.CONFLICT, () -> service.changeEmail(KORAX, pass, NEW));
        world.template = true;
        world.unsent = Optional.of(new PledgeException(Kind.CONFLICT, "no mail partner"));
        refused(Kind.CONFLICT, () -> service.changeEmail(KORAX, pass, NEW));
        assertThat(world.count("tellAt")).isZero();
        assertThat(world.store.required(() -> world.store.emailChange(KORAX, person)))
                .isEmpty();
    }

    @Test
    void whoHoldsNoAddressYetIsToldNothing() {
        world.values.put(person, Map.of("name", List.of("Ada Lovelace")));
        service.changeEmail(KORAX, pass(), NEW);
        assertThat(world.count("send")).isZero();
        assertThat(world.count("tellAt")).isEqualTo(1);
    }

    @Test
    void refusesWhatIsNoNewAddress() {
        String pass = pass();
        for (String address :
                List.of("", "ada", "a b@example.org", "a@b", "a@example.org\u0000", "ada@mail.example.org")) {
            assertThatThrownBy(() -> service.changeEmail(KORAX, pass, address))
                    .isInstanceOfSatisfying(PledgeException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Kind.INVALID);
                        assertThat(e.getMessage()).startsWith("email: ");
                    });
        }
        assertThat(world.count("tellAt")).isZero();
    }

    @Test
    void sendsAFewCodesAnHourOnly() {
        for (int i = 0; i < 3; i++) {
            service.changeEmail(KORAX, pass(), i + NEW);
        }
        refused(Kind.DENIED, () -> service.changeEmail(KORAX, pass(), NEW));
        assertThat(world.count("tellAt")).isEqualTo(3);
        world.later(Duration.ofHours(1));
        service.changeEmail(KORAX, pass(), NEW);
        assertThat(world.count("tellAt")).isEqualTo(4);
    }

    @Test
    void whereMoreThanALinkIsNeededNothingIsSent() {
        String pass = pass();
        world.hold(person, "card-holder");
        refused(Kind.DENIED, () -> service.changeEmail(KORAX, pass, NEW));
        refused(Kind.DENIED, () -> service.confirmEmail(KORAX, pass, "123456"));
        assertThat(world.count("tellAt")).isZero();
    }

    @Test
    void theStoreHasNeitherTheAddressNorTheCodeInClear() {
        service.changeEmail(KORAX, pass(), NEW);
        EmailChange kept = world.store
                .required(() -> world.store.emailChange(KORAX, person))
                .orElseThrow();
        assertThat(new String(kept.sealed(), StandardCharsets.UTF_8)).startsWith("Place[");
        assertThat(new String(kept.code(), StandardCharsets.ISO_8859_1)).doesNotContain(code());
        assertThat(kept.code()).hasSize(32);
    }
}
