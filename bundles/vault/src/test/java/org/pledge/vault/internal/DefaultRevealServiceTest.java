package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.access.SecondFactors.Check;
import org.pledge.access.SecondFactors.Outcome;
import org.pledge.audit.Leaf;
import org.pledge.vault.CardService.Use;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.RevealService.State;
import org.pledge.vault.RevealService.Type;

final class DefaultRevealServiceTest {
    private static final String HERE = "127.0.0.1";

    private final World world = new World();
    private final DefaultRevealService reveals = world.reveals;
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private String token;

    @BeforeEach
    void store() {
        token = world.storedCard().token();
        world.handOn();
        world.leaves.clear();
    }

    private Request opened() {
        return reveals.open(World.OPERATOR, token, Type.EDIT, "T-1");
    }

    private Request approved() {
        return reveals.approve(World.OFFICER, opened().id(), TestFactors.code());
    }

    private PledgeException denied(Caller caller, UUID id, String from) {
        PledgeException refusal =
                Refused.with(Kind.DENIED, () -> reveals.reveal(caller, id, from, TestFactors.code(), terminal));
        assertThat(terminal.size()).as("what was shown").isZero();
        assertThat(refusal.promises()).containsExactly("KX-16", "KX-17");
        return refusal;
    }

    @Test
    void showsTheDigitsOnceOnTheTerminal() {
        Request request = approved();
        reveals.reveal(World.CUSTODIAN, request.id(), HERE, TestFactors.code(), terminal);
        assertThat(terminal.toString(StandardCharsets.US_ASCII)).isEqualTo(Jwe.VISA);
        terminal.reset();
        denied(World.CUSTODIAN, request.id(), HERE);
        assertThat(world.refusal()).isEqualTo("[KX-16, KX-17] used");
    }

    private PledgeException refusedForTheCode(Check check, char[] code, Consumer<char[]> act) {
        world.factors.answer.set(check);
        PledgeException refusal = Refused.with(Kind.DENIED, () -> act.accept(code));
        assertThat(terminal.size()).as("what was shown").isZero();
        assertThat(refusal.promises()).containsExactly("KX-16");
        return refusal;
    }

    @ParameterizedTest
    @EnumSource(value = Outcome.class, mode = EnumSource.Mode.EXCLUDE, names = "VALID")
    void showsAndApprovesNothingWithoutAValidCode(Outcome outcome) {
        Request open = opened();
        Request approved = approved();
        Check check = new Check(outcome, Optional.empty());
        refusedForTheCode(check, TestFactors.code(), code -> reveals.approve(World.OFFICER, open.id(), code));
        assertThat(world.refusal()).isEqualTo("[KX-16] second-factor-" + outcome);
        refusedForTheCode(
                check,
                TestFactors.code(),
                code -> reveals.reveal(World.CUSTODIAN, approved.id(), HERE, code, terminal));
        assertThat(world.leaves(Leaf.Act.REFUSED)).hasSize(2).allSatisfy(leaf -> assertThat(leaf.subject())
                .contains(World.CUSTOMER));
        assertThat(reveals.requests(World.OFFICER, 10))
                .extracting(Request::state)
                .containsExactlyInAnyOrder(State.OPEN, State.APPROVED);
        world.factors.answer.set(new Check(Outcome.VALID, Optional.empty()));
        reveals.approve(World.OFFICER, open.id(), TestFactors.code());
        reveals.reveal(World.CUSTODIAN, approved.id(), HERE, TestFactors.code(), terminal);
        assertThat(terminal.size()).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "654321"})
    void takesTheCallersOwnCodeAlone(String typed) {
        Request approved = approved();
        Check valid = new Check(Outcome.VALID, Optional.empty());
        refusedForTheCode(
                valid,
                typed.toCharArray(),
                code -> reveals.reveal(World.CUSTODIAN, approved.id(), HERE, code, terminal));
        assertThat(world.factors.asked).containsExactly("olga", "carla");
    }

    @Test
    void saysUntilWhenNoCodeIsLookedAt() {
        Request approved = approved();
        Check locked = new Check(Outcome.LOCKED, Optional.of(Instant.parse("2026-11-22T10:15:00Z")));
        assertThat(refusedForTheCode(
                        locked,
                        TestFactors.code(),
                        code -> reveals.reveal(World.CUSTODIAN, approved.id(), HERE, code, terminal)))
                .hasMessageContaining("until 2026-11-22T10:15:00Z");
    }

    @Test
    void namesThePromiseOfRevealsWhereThereIsNoneOfCustodians() {
        Request approved = approved();
        world.promises.removeIf(promise -> promise.id().equals("KX-16"));
        world.factors.answer.set(new Check(Outcome.NOT_ENROLLED, Optional.empty()));
        PledgeException refusal = Refused.with(
                Kind.DENIED, () -> reveals.reveal(World.CUSTODIAN, approved.id(), HERE, TestFactors.code(), terminal));
        assertThat(refusal.promises()).containsExactly("KX-17");
        assertThat(refusal.remedy()).contains("pledge:second-factor-enrol");
    }

    @Test
    void usesNoCodeUpForWhatIsRefusedAnyway() {
        Request request = opened();
        denied(World.CUSTODIAN, request.id(), HERE);
        denied(World.CUSTODIAN, UUID.randomUUID(), HERE);
        denied(World.CUSTODIAN, request.id(), "10.1.3.1");
        assertThat(world.factors.asked).isEmpty();
    }

    @Test
    void hasTheRecordDurableBeforeTheFirstDigit() {
        Request request = approved();
        List<Long> before = new ArrayList<>();
        reveals.reveal(World.CUSTODIAN, request.id(), HERE, TestFactors.code(), new OutputStream() {
            @Override
            public void write(int each) {
                before.add(world.leaves(Leaf.Act.CARD_REVEALED).count());
            }
        });
        assertThat(before).hasSize(16).containsOnly(1L);
    }

    @Test
    void recordsARevealOnceInTheAuditLogAndForTheCustomer() {
        Request request = approved();
        reveals.reveal(World.CUSTODIAN, request.id(), HERE, TestFactors.code(), terminal);
        world.handOn();
        assertThat(world.leaves)
                .extracting(Leaf::act)
                .containsOnlyOnce(Leaf.Act.REVEAL_REQUESTED, Leaf.Act.REVEAL_APPROVED, Leaf.Act.CARD_REVEALED);
        assertThat(world.leaves(Leaf.Act.CARD_REVEALED)).singleElement().satisfies(leaf -> {
            assertThat(leaf.actor()).isEqualTo("custodian-1");
            assertThat(leaf.subject()).contains(World.CUSTOMER);
            assertThat(leaf.promises()).containsExactly("KX-17");
            assertThat(leaf.details())
                    .containsEntry("request", request.id().toString())
                    .containsEntry("type", "EDIT")
                    .containsEntry("ticket", "T-1");
        });
        assertThat(world.cards.uses(World.OPERATOR, token, Optional.empty(), 10).items())
                .extracting(Use::act)
                .containsExactly("CARD_REVEALED", "REVEAL_APPROVED", "REVEAL_REQUESTED", "CARD_STORED");
    }

    @Test
    void showsNothingWhenTheAuditLogFailsAndUsesTheRequestUp() {
        Request request = approved();
        world.auditFails.set(true);
        PledgeException refusal = Refused.with(
                Kind.UNAVAILABLE,
                () -> reveals.reveal(World.CUSTODIAN, request.id(), HERE, TestFactors.code(), terminal));
        assertThat(refusal).hasMessageContaining("used up");
        assertThat(terminal.size()).isZero();
        world.auditFails.set(false);
        denied(World.CUSTODIAN, request.id(), HERE);
        world.handOn();
        assertThat(world.leaves(Leaf.Act.CARD_REVEALED)).hasSize(1);
        assertThat(world.leaves(Leaf.Act.REFUSED))
                .extracting(leaf -> leaf.details().get("reason"))
                .contains("record-not-durable");
    }

    @Test
    void refusesWithoutARequest() {
        denied(World.CUSTODIAN, UUID.randomUUID(), HERE);
        assertThat(world.refusal()).isEqualTo("[KX-16, KX-17] no-request");
    }

    @Test
    void refusesARequestThatNobodyApproved() {
        denied(World.CUSTODIAN, opened().id(), HERE);
        assertThat(world.refusal()).isEqualTo("[KX-16, KX-17] not-approved");
    }

    @Test
    void refusesToApproveOnesOwnRequestAlsoWithAnotherCredential() {
        Request own = reveals.open(World.CUSTODIAN, token, Type.CHARGE, "T-1");
        Caller sameHolder = new Caller(World.TENANT, "custodian-9", "Carla", Set.of(Role.OFFICER));
        for (Caller caller : List.of(World.CUSTODIAN, sameHolder)) {
            Refused.with(Kind.DENIED, () -> reveals.approve(caller, own.id(), TestFactors.code()));
            assertThat(world.refusal()).isEqualTo("[KX-16, KX-17] own-request");
        }
        denied(World.CUSTODIAN, own.id(), HERE);
    }

    @Test
    void refusesWhoApprovedAlsoWithAnotherCredential() {
        Request request = reveals.approve(World.SECOND, opened().id(), TestFactors.code());
        Caller sameHolder = new Caller(World.TENANT, "custodian-9", "DORA", Set.of(Role.CUSTODIAN));
        for (Caller caller : List.of(World.SECOND, sameHolder)) {
            denied(caller, request.id(), HERE);
            assertThat(world.refusal()).isEqualTo("[KX-16, KX-17] own-approval");
        }
        reveals.reveal(World.CUSTODIAN, request.id(), HERE, TestFactors.code(), terminal);
    }

    @Test
    void letsWhoOpenedARequestSeeTheNumberOnceASecondPersonApproved() {
        Request own = reveals.open(World.CUSTODIAN, token, Type.ADD, "T-1");
        reveals.approve(World.SECOND, own.id(), TestFactors.code());
        reveals.reveal(World.CUSTODIAN, own.id(), HERE, TestFactors.code(), terminal);
        assertThat(terminal.size()).isEqualTo(16);
    }

    @Test
    void refusesARequestThatIsTooOld() {
        Request request = approved();
        Request open = opened();
        world.clock.advance(Duration.ofMinutes(15));
        denied(World.CUSTODIAN, request.id(), HERE);
        assertThat(world.refusal()).isEqualTo("[KX-16, KX-17] too-late");
        Refused.with(Kind.DENIED, () -> reveals.approve(World.OFFICER, open.id(), TestFactors.code()));
        assertThat(reveals.requests(World.OFFICER, 10))
                .extracting(Request::state)
                .containsOnly(State.EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.3.1", "192.168.0.1", "", "localhost", "unknown"})
    void refusesEveryOtherAddress(String from) {
        Request request = approved();
        denied(World.CUSTODIAN, request.id(), from);
        assertThat(world.refusal()).isEqualTo("[KX-16, KX-17] address");
        reveals.reveal(World.CUSTODIAN, request.id(), "10.1.2.200", TestFactors.code(), terminal);
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, mode = EnumSource.Mode.EXCLUDE, names = "CUSTODIAN")
    void refusesEveryOtherRole(Role role) {
        Request request = approved();
        Caller caller = new Caller(World.TENANT, "other", Set.of(role));
        assertThat(Refused.with(
                                Kind.DENIED,
                                () -> reveals.reveal(caller, request.id(), HERE, TestFactors.code(), terminal))
                        .roles())
                .containsExactly(Role.CUSTODIAN);
        assertThat(terminal.size()).isZero();
        if (role != Role.OPERATOR) {
            Refused.with(Kind.DENIED, () -> reveals.open(caller, token, Type.EDIT, "T-2"));
        }
        if (role != Role.OFFICER) {
            Refused.with(Kind.DENIED, () -> reveals.approve(caller, opened().id(), TestFactors.code()));
        }
        if (!Set.of(Role.OFFICER, Role.AUDITOR).contains(role)) {
            Refused.with(Kind.DENIED, () -> reveals.requests(caller, 1));
        }
    }

    @Test
    void refusesARequestOfAnotherTenant() {
        Request request = approved();
        Caller other = new Caller(World.OTHER_TENANT, "custodian", Set.of(Role.CUSTODIAN, Role.OFFICER));
        denied(other, request.id(), HERE);
        Refused.with(Kind.NOT_FOUND, () -> reveals.approve(other, opened().id(), TestFactors.code()));
        assertThat(reveals.requests(other, 10)).isEmpty();
    }

    @Test
    void opensOnlyForWhatThePolicyNames() {
        world.promises.removeIf(promise -> promise.id().equals("KX-17"));
        assertThat(Refused.with(Kind.DENIED, this::opened).promises()).containsExactly("AN-9", "AN-11");
        world.promises.add(World.promise("KX-17", "vault-reveal", Map.of("requests", "delete")));
        assertThat(Refused.with(Kind.DENIED, this::opened).promises()).containsExactly("KX-17");
        assertThat(reveals.open(World.OPERATOR, token, Type.DELETE, "T-1").state())
                .isEqualTo(State.OPEN);
    }

    @Test
    void showsNothingThatThePolicyForbidsMeanwhile() {
        Request request = approved();
        world.promises.removeIf(promise -> promise.id().equals("KX-17"));
        Refused.with(
                Kind.DENIED, () -> reveals.reveal(World.CUSTODIAN, request.id(), HERE, TestFactors.code(), terminal));
        assertThat(terminal.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "4111111111111111", "4111.1111.1111.1111"})
    void wantsATicketThatIsOne(String ticket) {
        Refused.with(Kind.INVALID, () -> reveals.open(World.OPERATOR, token, Type.EDIT, ticket));
    }

    @Test
    void opensNothingForACardThatIsNotThere() {
        for (String other : List.of(new CardTokens().make(), Jwe.VISA)) {
            Refused.with(Kind.NOT_FOUND, () -> reveals.open(World.OPERATOR, other, Type.EDIT, "T-1"));
        }
    }

    @Test
    void showsNothingOfACardThatIsDeleted() {
        Request request = approved();
        world.cards.delete(World.OPERATOR, token);
        Refused.with(
                Kind.NOT_FOUND,
                () -> reveals.reveal(World.CUSTODIAN, request.id(), HERE, TestFactors.code(), terminal));
        assertThat(terminal.size()).isZero();
    }

    @Test
    void isUsedUpWhenTheTerminalBreaks() {
        Request request = approved();
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int each) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        Refused.with(
                Kind.UNAVAILABLE,
                () -> reveals.reveal(World.CUSTODIAN, request.id(), HERE, TestFactors.code(), broken));
        denied(World.CUSTODIAN, request.id(), HERE);
    }

    @Test
    void answersNothingWhileTheVaultIsSealed() {
        Request request = approved();
        world.ring.seal();
        Refused.with(Kind.UNAVAILABLE, this::opened);
        Refused.with(Kind.UNAVAILABLE, () -> reveals.approve(World.OFFICER, request.id(), TestFactors.code()));
        Refused.with(Kind.UNAVAILABLE, () -> reveals.requests(World.OFFICER, 1));
        Refused.with(
                Kind.UNAVAILABLE,
                () -> reveals.reveal(World.CUSTODIAN, request.id(), HERE, TestFactors.code(), terminal));
        assertThat(terminal.size()).isZero();
    }

    @Test
    void approvesOnceAndGivesTheSameAgain() {
        Request request = opened();
        Request approved = reveals.approve(World.OFFICER, request.id(), TestFactors.code());
        assertThat(approved.approvedBy()).contains("olga");
        assertThat(reveals.approve(World.OFFICER, request.id(), TestFactors.code()))
                .isEqualTo(approved);
        Refused.with(Kind.DENIED, () -> reveals.approve(World.SECOND, request.id(), TestFactors.code()));
    }

    @Test
    void showsTheNumberToOneOfManyWhoTryAtOnce() throws InterruptedException {
        Request request = approved();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CyclicBarrier barrier = new CyclicBarrier(4);
        int shown = 0;
        try {
            List<Future<Integer>> ends = threads.invokeAll(Stream.of(1, 2, 3, 4)
                    .<java.util.concurrent.Callable<Integer>>map(i -> () -> {
                        ByteArrayOutputStream own = new ByteArrayOutputStream();
                        barrier.await();
                        reveals.reveal(World.CUSTODIAN, request.id(), HERE, TestFactors.code(), own);
                        return own.size();
                    })
                    .toList());
            for (Future<Integer> end : ends) {
                try {
                    shown += end.get();
                } catch (ExecutionException e) {
                    assertThat(((PledgeException) e.getCause()).kind()).isEqualTo(Kind.DENIED);
                }
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(shown).isEqualTo(16);
        assertThat(world.leaves(Leaf.Act.REFUSED)).hasSize(3);
        assertThat(world.leaves(Leaf.Act.CARD_REVEALED)).hasSize(1);
    }
}
