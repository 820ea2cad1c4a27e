package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;

import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.rights.OwnCards;
import org.pledge.rights.OwnCards.Wallet;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.CardService.Certificate;
import org.pledge.vault.CardService.IntakeKey;
import org.pledge.vault.CardService.Taken;
import org.pledge.vault.CardService.Use;
import org.pledge.vault.Network;

class DefaultOwnCardsTest {
    private static final byte[] JWE = {1};
    private static final String OWN = "card_own";
    private static final String FOREIGN = "card_foreign";

    private final World world = new World();
    private final SubjectId person = world.person("DE", "email", "name");
    private final List<String> done = new ArrayList<>();
    private final Map<String, SubjectId> owners =
            new HashMap<>(Map.of(OWN, person, FOREIGN, world.person("DE", "email")));
    private final OwnCards cards = world.ownCards(this::vault, true);
    private boolean sealed;
    private Optional<PledgeException> refusal = Optional.empty();

    private Object vault(World.Call call) {
        if (sealed) {
            throw new PledgeException(Kind.UNAVAILABLE, "the vault is sealed");
        }
        Object[] of = call.arguments() == null ? new Object[0] : call.arguments();
        if (of.length > 0) {
            assertThat(of[0]).isEqualTo(new Caller(KORAX, "self-service", java.util.Set.of(Role.OPERATOR)));
        }
        switch (call.name()) {
            case "intakeKeys":
                return List.of(
                        new IntakeKey("old", "x", "y", false, Optional.of(World.START)),
                        new IntakeKey("new", "x", "y", true, Optional.empty()),
                        new IntakeKey("new-okp", "x", "", true, Optional.empty()));
            case "taken":
                return new Taken(true, false, true);
            case "cards":
                return of[1].equals(person) ? List.of(card()) : List.of();
            case "customer":
                return Optional.ofNullable(owners.get(of[1]))
                        .orElseThrow(() -> new PledgeException(Kind.NOT_FOUND, "this tenant has no such card"));
            default:
                if (refusal.isPresent()) {
                    throw refusal.get();
                }
                done.add(call.name() + " " + of[1]);
                return switch (call.name()) {
                    case "delete" -> new Certificate(OWN, Instant.EPOCH, UUID.randomUUID(), "leaf");
                    case "uses" -> new Page<Use>(List.of(), Optional.of(of[3].toString()));
                    default -> card();
                };
        }
    }

    private Card card() {
        return new Card(KORAX, OWN, person, Network.VISA, "1111", YearMonth.of(2030, 1), false, Instant.EPOCH);
    }

    private String pass() {
        world.selfService.send(DESK, person);
        List<Object[]> sent = world.calls.get("send");
        String link = ((Map<?, ?>) sent.get(sent.size() - 1)[3]).get("link").toString();
        return world.selfService.open(KORAX, link.substring(link.lastIndexOf('/') + 1));
    }

    private static PledgeException refused(Kind kind, ThrowingCallable call) {
        List<PledgeException> refusals = new ArrayList<>();
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, refusals::add);
        assertThat(refusals.get(0).kind()).isEqualTo(kind);
        return refusals.get(0);
    }

    @Test
    void showsOwnCardsAndWhatACardIsEncryptedTo() {
        Wallet wallet = cards.wallet(KORAX, pass());
        assertThat(wallet.cards()).containsExactly(card());
        assertThat(wallet.keys()).extracting(IntakeKey::kid).containsExactly("new", "new-okp");
        assertThat(wallet.taken()).isEqualTo(new Taken(true, false, true));
        assertThat(wallet.changeable()).isTrue();
        assertThat(wallet.deletable()).isTrue();
        assertThat(wallet).hasToString("Wallet");
        assertThat(wallet.contact()).isEqualTo("privacy@korax.example");
    }

    @Test
    void addsReplacesDeletesAndShowsUses() {
        String pass = pass();
        cards.add(KORAX, pass, JWE);
        cards.replace(KORAX, pass, OWN, JWE);
        cards.delete(KORAX, pass, OWN);
        assertThat(cards.uses(KORAX, pass, OWN, Optional.empty()).next()).contains("50");
        assertThat(done).containsExactly("store " + person, "replace " + OWN, "delete " + OWN, "uses " + OWN);
    }

    @Test
    void anothersCardIsLikeOneThatDoesNotExist() {
        String pass = pass();
        List<String> told = new ArrayList<>();
        for (String token : List.of(FOREIGN, "card_none")) {
            for (ThrowingCallable act : Arrays.<ThrowingCallable>asList(
                    () -> cards.replace(KORAX, pass, token, JWE),
                    () -> cards.delete(KORAX, pass, token),
                    () -> cards.uses(KORAX, pass, token, Optional.empty()))) {
                PledgeException refusal = refused(Kind.NOT_FOUND, act);
                told.add(refusal.getMessage() + refusal.remedy());
            }
        }
        assertThat(told).hasSize(6).containsOnly(told.get(0));
        assertThat(done).isEmpty();
    }

    @Test
    void aPassThatIsNotGoodDoesNothing() {
        String pass = pass();
        world.selfService.end(KORAX, pass);
        refused(Kind.NOT_FOUND, () -> cards.wallet(KORAX, pass));
        refused(Kind.NOT_FOUND, () -> cards.add(KORAX, pass, JWE));
        refused(Kind.NOT_FOUND, () -> cards.replace(KORAX, pass, OWN, JWE));
        refused(Kind.NOT_FOUND, () -> cards.delete(KORAX, pass, OWN));
        refused(Kind.NOT_FOUND, () -> cards.uses(KORAX, pass, OWN, Optional.empty()));
        assertThat(done).isEmpty();
    }

    @Test
    void aCardIsDeletedButNoneIsGivenWhereMoreThanACodeIsNeededToCorrectAndNotToErase() {
        String pass = pass();
        world.hold(person, "card-holder");
        Wallet wallet = cards.wallet(KORAX, pass);
        assertThat(wallet.changeable()).isFalse();
        assertThat(wallet.deletable()).isTrue();
        refused(Kind.DENIED, () -> cards.add(KORAX, pass, JWE));
        refused(Kind.DENIED, () -> cards.replace(KORAX, pass, OWN, JWE));
        cards.uses(KORAX, pass, OWN, Optional.empty());
        cards.delete(KORAX, pass, OWN);
        assertThat(done).containsExactly("uses " + OWN, "delete " + OWN);
    }

    @Test
    void whatTheVaultRefusesComesWithWhatAPersonCanDo() {
        String pass = pass();
        refusal = Optional.of(new PledgeException(Kind.CONFLICT, "a legal hold keeps this card")
                .because(List.of("C-4"))
                .remedy("retention:release"));
        PledgeException held = refused(Kind.CONFLICT, () -> cards.delete(KORAX, pass, OWN));
        assertThat(held).hasMessage("a legal hold keeps this card");
        assertThat(held.promises()).containsExactly("C-4");
        assertThat(held.remedy()).contains("address on the page").doesNotContain("retention:");
        refusal = Optional.of(new PledgeException(Kind.INVALID, "the kid of the JWE is no key of the vault")
                .remedy("Fetch the vault's keys."));
        assertThat(refused(Kind.INVALID, () -> cards.replace(KORAX, pass, OWN, JWE))
                        .remedy())
                .isEqualTo("Type it in once more; the form on this page is a new one.");
        assertThat(refused(Kind.INVALID, () -> cards.add(KORAX, pass, JWE)))
                .hasMessageStartingWith("the card was not kept: ");
    }

    @Test
    void whoseDataMayNotBeUsedDeletesButGivesNoCard() {
        String pass = pass();
        world.refusal = Optional.of(new PledgeException(Kind.DENIED, "restricted"));
        assertThat(refused(Kind.DENIED, () -> cards.add(KORAX, pass, JWE)).remedy())
                .contains("address on the page");
        refused(Kind.DENIED, () -> cards.replace(KORAX, pass, OWN, JWE));
        cards.delete(KORAX, pass, OWN);
        assertThat(done).containsExactly("delete " + OWN);
    }

    @Test
    void changesOfCardsCountAmongTheTenOfAPass() {
        String pass = pass();
        world.selfService.change(KORAX, pass, Map.of("name", List.of("Ada")));
        for (int i = 0; i < 3; i++) {
            cards.add(KORAX, pass, JWE);
            cards.replace(KORAX, pass, OWN, JWE);
            cards.delete(KORAX, pass, OWN);
        }
        refused(Kind.DENIED, () -> cards.add(KORAX, pass, JWE));
        refused(Kind.DENIED, () -> cards.replace(KORAX, pass, OWN, JWE));
        refused(Kind.DENIED, () -> cards.delete(KORAX, pass, OWN));
        assertThat(done).hasSize(9);
    }

    @Test
    void aSealedAndAStoppedVaultAreToldApartFromNoSuchCard() {
        String pass = pass();
        sealed = true;
        refused(Kind.UNAVAILABLE, () -> cards.wallet(KORAX, pass));
        assertThat(refused(Kind.UNAVAILABLE, () -> cards.delete(KORAX, pass, OWN)))
                .hasMessage("the vault is sealed");
        refused(Kind.UNAVAILABLE, () -> world.ownCards(call -> null, false).wallet(KORAX, pass));
    }
}
