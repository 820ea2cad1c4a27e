package org.pledge.connectors.clearing.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.policy.Decision;
import org.pledge.sharing.Gate;
import org.pledge.sharing.spi.PartnerLine;
import org.pledge.sharing.spi.PartnerLine.Call;
import org.pledge.sharing.spi.PartnerLine.End;
import org.pledge.sharing.spi.PartnerLine.Matter;
import org.pledge.sharing.spi.PartnerLine.Reply;
import org.pledge.vault.core.PaymentGateway;

/** Says to the clearing house what the gate permits, over the partner's guarded route. */
@Component
public final class ClearingGateway implements PaymentGateway {
    private final Gate gate;
    private final PartnerLine line;

    /** In the container. */
    @Activate
    public ClearingGateway(@Reference Gate gate, @Reference PartnerLine line) {
        this.gate = gate;
        this.line = line;
    }

    @Override
    public Optional<Answer> send(Instruction instruction) {
        Movement.check(instruction);
        Set<String> permitted = permitted(instruction);
        byte[] body = Movement.body(instruction, permitted);
        try {
            Reply reply = line.call(new Call(
                    instruction.tenant(),
                    instruction.partner(),
                    "send",
                    instruction.id().toString(),
                    Optional.of(new Matter(
                            instruction.customer(),
                            instruction.purpose(),
                            permitted.stream().sorted().toList())),
                    body));
            if (reply.end() == End.NOT_SENT) {
                throw new PledgeException(
                                PledgeException.Kind.UNAVAILABLE,
                                "the clearing house cannot be reached; nothing was sent")
                        .remedy("Try again; see what is wrong: partner:test --tenant " + instruction.tenant() + " "
                                + instruction.partner());
            }
            return Verdict.ofSent(reply, instruction.id());
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    private Set<String> permitted(Instruction instruction) {
        List<String> asked = Movement.categories(instruction);
        Decision decision = gate.prepare(instruction.tenant(), instruction.partner(), instruction.purpose(), asked)
                .decide(instruction.customer());
        if (decision instanceof Decision.Permitted yes && yes.fields().containsAll(Movement.needed(instruction))) {
            return yes.fields();
        }
        if (decision instanceof Decision.Denied no) {
            throw denied(no.reasons().get(0).text(), no.promises(), no.remedy());
        }
        Decision.Reason missing = ((Decision.Permitted) decision)
                .withheld().stream()
                        .filter(reason -> Movement.needed(instruction).contains(reason.field()))
                        .findFirst()
                        .orElseThrow();
        throw denied(missing.field() + ": " + missing.text(), missing.promises(), "");
    }

    private static PledgeException denied(String text, List<String> promises, String remedy) {
        return new PledgeException(PledgeException.Kind.DENIED, text + "; nothing was sent")
                .because(promises)
                .remedy(remedy);
    }

    @Override
    public Optional<Answer> ask(TenantId tenant, String partner, UUID id) {
        try {
            Reply reply = line.call(
                    new Call(tenant, partner, ClearingConnector.ASK, id.toString(), Optional.empty(), new byte[0]));
            return Verdict.ofAsked(reply, id);
        } catch (PledgeException e) {
            return Optional.empty();
        }
    }
}
