package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.audit.Leaf;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.RevealService.Type;

/** What shares transactions is done, refused and recorded each as if it were alone. */
final class ManyAtOnceTest {
    private static final int MANY = 24;
    private static final int DIGITS = 16;

    private final World world = new World();
    private final ExecutorService threads = Executors.newFixedThreadPool(MANY);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** What comes of each; empty where it was refused. */
    private <T> List<Optional<T>> atOnce(List<Callable<T>> all) throws InterruptedException, ExecutionException {
        List<Future<Optional<T>>> ends = threads.invokeAll(all.stream()
                .<Callable<Optional<T>>>map(each -> () -> {
                    try {
                        return Optional.of(each.call());
                    } catch (PledgeException e) {
                        return Optional.empty();
                    }
                })
                .toList());
        List<Optional<T>> results = new ArrayList<>();
        for (Future<Optional<T>> end : ends) {
            results.add(end.get());
        }
        return results;
    }

    private <T> List<Callable<T>> each(Callable<T> one) {
        return Collections.nCopies(MANY, one);
    }

    private UUID approved(Card card) {
        UUID id = world.reveals
                .open(World.OPERATOR, card.token(), Type.EDIT, "T-1")
                .id();
        return world.reveals.approve(World.OFFICER, id, TestFactors.code()).id();
    }

    private int shown(UUID request) {
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        world.reveals.reveal(World.CUSTODIAN, request, "127.0.0.1", TestFactors.code(), terminal);
        return terminal.size();
    }

    private long leaves(Leaf.Act act) {
        world.handOn();
        return world.leaves(act)
                .map(leaf -> leaf.details().get("event"))
                .distinct()
                .count();
    }

    @Test
    void eachRevealHasALeafThatIsThereBeforeTheFirstDigit() throws InterruptedException, ExecutionException {
        Card card = world.storedCard();
        List<Callable<Integer>> all = IntStream.range(0, MANY)
                .mapToObj(i -> approved(card))
                .<Callable<Integer>>map(id -> () -> {
                    int digits = shown(id);
                    assertThat(world.leaves(Leaf.Act.CARD_REVEALED)).anyMatch(leaf -> id.toString()
                            .equals(leaf.details().get("request")));
                    return digits;
                })
                .toList();
        assertThat(atOnce(all)).hasSize(MANY).containsOnly(Optional.of(DIGITS));
        assertThat(leaves(Leaf.Act.CARD_REVEALED)).isEqualTo(MANY);
        assertThat(world.leaves(Leaf.Act.CARD_REVEALED)).as("none twice").hasSize(MANY);
    }

    @Test
    void oneRequestShowsANumberOnceAndTellsOfEachRefusalOnce() throws InterruptedException, ExecutionException {
        UUID request = approved(world.storedCard());
        List<Optional<Integer>> shown = atOnce(each(() -> shown(request)));
        assertThat(shown.stream().flatMap(Optional::stream)).containsExactly(DIGITS);
        assertThat(leaves(Leaf.Act.CARD_REVEALED)).isEqualTo(1);
        assertThat(world.leaves(Leaf.Act.REFUSED)).hasSize(MANY - 1);
    }

    @Test
    void withoutTheAuditLogNothingIsShownAndEachRequestIsUsedUp() throws InterruptedException, ExecutionException {
        Card card = world.storedCard();
        List<UUID> requests =
                IntStream.range(0, MANY).mapToObj(i -> approved(card)).toList();
        List<Callable<Integer>> all =
                requests.stream().<Callable<Integer>>map(id -> () -> shown(id)).toList();
        world.auditFails.set(true);
        assertThat(atOnce(all)).containsOnly(Optional.empty());
        world.auditFails.set(false);
        assertThat(atOnce(all)).as("used up").containsOnly(Optional.empty());
        world.handOn();
        assertThat(world.leaves(Leaf.Act.REFUSED).filter(leaf -> "record-not-durable"
                        .equals(leaf.details().get("reason"))))
                .hasSize(MANY);
    }

    @Test
    void theSameCardFromManySendersHasOneToken() throws InterruptedException, ExecutionException {
        List<Callable<Card>> all = IntStream.range(0, MANY)
                .mapToObj(i -> new Jwe(world).bytes())
                .<Callable<Card>>map(jwe -> () -> world.cards.store(World.OPERATOR, World.CUSTOMER, jwe))
                .toList();
        Set<String> tokens =
                atOnce(all).stream().map(card -> card.orElseThrow().token()).collect(Collectors.toSet());
        assertThat(tokens).hasSize(1);
        assertThat(leaves(Leaf.Act.CARD_STORED)).isEqualTo(MANY);
    }

    @Test
    void oneMessageThatComesManyTimesIsTakenOnce() throws InterruptedException, ExecutionException {
        byte[] jwe = new Jwe(world).bytes();
        List<Optional<Card>> kept = atOnce(each(() -> world.cards.store(World.OPERATOR, World.CUSTOMER, jwe.clone())));
        assertThat(kept.stream().flatMap(Optional::stream)).hasSize(1);
        assertThat(leaves(Leaf.Act.CARD_STORED)).isEqualTo(1);
    }

    @Test
    void eachAuthorisationIsSentOnceWithALeafOfItsOwn() throws InterruptedException, ExecutionException {
        Card card = world.storedCard();
        List<Callable<State>> all = IntStream.range(0, MANY)
                .<Callable<State>>mapToObj(i -> () -> world.payments
                        .authorise(World.OPERATOR, World.authorisation(card, 100, "order-" + i))
                        .state())
                .toList();
        assertThat(atOnce(all)).hasSize(MANY).containsOnly(Optional.of(State.CONFIRMED));
        assertThat(leaves(Leaf.Act.PAYMENT_SENT)).isEqualTo(MANY);
        assertThat(world.gateway.sent).hasSize(MANY);
    }
}
