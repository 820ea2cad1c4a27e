package org.pledge.mailbox.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.imap.ImapHostManager;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.access.RepeatableRequests;
import org.pledge.crypto.LookupTokens;
import org.pledge.policy.PolicyService;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.spi.PartnerSecrets;

/** The poller against a mail server on loopback. */
class MailboxTest {
    private static final Instant NOW = Instant.parse("2026-03-10T11:00:00Z");
    private static final UUID ID = UUID.fromString("c0a8f1d2-3e4b-4c5d-8e6f-708192a3b4c5");

    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP));
    private final List<String> asked = new ArrayList<>();
    private final List<Optional<?>> arrivals = new ArrayList<>();
    private final Map<String, String> done = new HashMap<>();
    private final Map<String, Object> settings = new HashMap<>();
    private State state = State.RECEIVED;
    private Optional<PledgeException> refusal = Optional.empty();
    private Optional<byte[]> password = Optional.of("secret\n".getBytes(StandardCharsets.UTF_8));
    private GreenMailUser user;

    @BeforeEach
    void start() {
        server.start();
        user = server.setUser("privacy@korax.example", "privacy@korax.example", "secret");
        settings.putAll(Map.of(
                "tenant", "korax",
                "host", "127.0.0.1",
                "port", server.getImap().getPort(),
                "protection", "none",
                "user", "privacy@korax.example",
                "jurisdiction", "DE",
                "perSender", 5,
                "perHour", 500));
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private static <T> T fake(Class<T> type, Function<Object[], Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                MailboxTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    List<Object> call = new ArrayList<>(List.of(method.getName()));
                    if (arguments != null) {
                        call.addAll(List.of(arguments));
                    }
                    return answers.apply(call.toArray());
                }));
    }

    private Object rights(Object[] call) {
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        switch (call[0].toString()) {
            case "openFor" -> {
                arrivals.add((Optional<?>) call[7]);
                asked.add("open " + ((Identified) call[2]).identifiers() + " " + call[3] + " " + call[4] + " " + call[5]
                        + " by " + ((Caller) call[1]).name());
            }
            case "request" -> {}
            case "checkCode" -> {
                asked.add("code " + call[2] + " " + call[3]);
                throw new PledgeException(Kind.NOT_FOUND, "no such request");
            }
            default -> asked.add(call[0].toString());
        }
        return new Request(
                ID,
                new TenantId("korax"),
                SubjectId.random(),
                Type.ERASURE,
                state,
                "DE",
                "mail",
                NOW,
                "mailbox",
                new Deadlines(
                        "gdpr",
                        ZoneOffset.UTC,
                        Optional.empty(),
                        Optional.empty(),
                        NOW,
                        Optional.empty(),
                        Duration.ZERO,
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private MailboxPoller poller() {
        MailboxPoller.Config config = fake(
                MailboxPoller.Config.class,
                call -> settings.containsKey(call[0]) ? settings.get(call[0]) : shipped(call[0].toString()));
        RepeatableRequests once = (caller, key, digest, act) -> {
            assertThat(key).doesNotContain("@");
            String made = done.containsKey(key) ? done.get(key) : act.get();
            done.put(key, made);
            return made;
        };
        LookupTokens tokens = fake(LookupTokens.class, call -> hash((byte[]) call[call.length - 1]));
        return new MailboxPoller(
                config,
                fake(RightsService.class, this::rights),
                once,
                fake(PolicyService.class, call -> null),
                tokens,
                fake(PartnerSecrets.class, call -> {
                    assertThat(call[1]).isEqualTo("korax.mailbox");
                    return password;
                }),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Object shipped(String name) {
        try {
            return MailboxPoller.Config.class.getMethod(name).getDefaultValue();
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void mail(String head) {
        try {
            user.deliver(message(head));
        } catch (MessagingException e) {
            throw new AssertionError(e);
        }
    }

    private static MimeMessage message(String head) throws MessagingException {
        String text = head + "\r\n\r\nbody-canary\r\n";
        return new MimeMessage(
                Session.getInstance(new Properties()), new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void mail(String head, Instant arrived) throws MessagingException, FolderException {
        server.getManagers()
                .getImapHostManager()
                .getInbox(user)
                .appendMessage(message(head), new Flags(), Date.from(arrived));
    }

    private static String head(String id, String from, String to, String subject, String... more) {
        return String.join(
                "\r\n",
                "Message-ID: <" + id + ">",
                "From: " + from,
                "To: " + to,
                "Subject: " + subject,
                String.join("\r\n", more).isEmpty() ? "X-Nothing: 1" : String.join("\r\n", more));
    }

    private int in(String folder) {
        try {
            ImapHostManager manager = server.getManagers().getImapHostManager();
            MailFolder found = folder.equals("INBOX") ? manager.getInbox(user) : manager.getFolder(user, folder);
            return found == null ? 0 : found.getMessageCount();
        } catch (FolderException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMailBecomesARequestOnceAndIsMovedAway() throws MessagingException {
        String mail = head("1@x", "Ada <Ada@Example.org>", "privacy+erasure@korax.example", "please");
        mail(mail);
        MailboxPoller poller = poller();
        assertThat(poller.look()).isEqualTo(1);
        assertThat(asked)
                .containsExactly("open {email=ada@example.org} ERASURE DE mail by mailbox", "sendCode", "confirm");
        assertThat(in("INBOX")).isZero();
        assertThat(in("Pledge.Done")).isEqualTo(1);
        mail(mail);
        poller.look();
        assertThat(asked).filteredOn(call -> call.startsWith("open")).hasSize(1);
        assertThat(poller.look()).isZero();
    }

    @Test
    void whatWaitedInTheMailboxArrivedWhenOurServerTookIt() throws MessagingException, FolderException {
        Instant friday = NOW.minus(Duration.ofDays(3)).truncatedTo(ChronoUnit.SECONDS);
        mail(
                head("1@x", "a@example.org", "privacy@korax.example", "?", "Date: Thu, 1 Jan 1998 00:00:00 +0000"),
                friday);
        mail(head("2@x", "b@example.org", "privacy@korax.example", "?"), NOW.plusSeconds(60));
        poller().look();
        assertThat(arrivals).containsExactly(Optional.of(friday), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "privacy@korax.example,Please delete my data,ERASURE",
        "privacy@korax.example,=?UTF-8?Q?Bitte_meine_Daten_l=C3=B6schen?=,ERASURE",
        "privacy@korax.example,Demande d'accès,ACCESS",
        "privacy@korax.example,Klacht over alles,COMPLAINT",
        "privacy@korax.example,Hello,COMPLAINT",
        "privacy@korax.example,delete my data or correct my data,COMPLAINT",
        "privacy+opt-out@korax.example,delete my data,OPT_OUT",
        "privacy+opt_out@korax.example,Hello,OPT_OUT",
        "privacy+sesame@korax.example,Hello,COMPLAINT",
        "privacy+child-removal@korax.example,my child,COMPLAINT"
    })
    void tellsWhatIsAskedByAddressOrSubjectAndLeavesTheRestToStaff(String to, String subject, Type type)
            throws MessagingException {
        mail(head("1@x", "ada@example.org", to, subject));
        poller().look();
        assertThat(asked.get(0)).contains(" " + type + " DE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Auto-Submitted: auto-replied",
                "Precedence: bulk",
                "List-Id: <news.example.org>",
                "Return-Path: <>",
                "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
                "X-Auto-Response-Suppress: All"
            })
    void machinesAndListsAskForNothing(String header) throws MessagingException {
        mail(head("1@x", "ada@example.org", "privacy@korax.example", "delete my data", header));
        poller().look();
        assertThat(asked).isEmpty();
        assertThat(in("Pledge.Done")).isEqualTo(1);
    }

    @Test
    void ourOwnMailAndBouncesAreNoRequests() throws MessagingException {
        mail(head("1@x", "privacy@korax.example", "privacy@korax.example", "delete my data"));
        mail(head("2@x", "MAILER-DAEMON@example.org", "privacy@korax.example", "delete my data"));
        poller().look();
        assertThat(asked).isEmpty();
        assertThat(in("Pledge.Done")).isEqualTo(2);
    }

    @Test
    void whoIsNotOneSenderIsHeldForStaff() throws MessagingException {
        mail(head("1@x", "ada@example.org, eve@example.org", "privacy@korax.example", "delete my data"));
        mail("Subject: delete my data");
        poller().look();
        assertThat(asked).isEmpty();
        assertThat(in("Pledge.Held")).isEqualTo(2);
    }

    @Test
    void aFloodOfOneSenderIsHeldAndOfAllWaits() throws MessagingException {
        settings.put("perSender", 2);
        settings.put("perHour", 4);
        for (int i = 0; i < 3; i++) {
            mail(head(i + "@x", "ada@example.org", "privacy@korax.example", "delete my data"));
        }
        mail(head("9@x", "eve@example.org", "privacy@korax.example", "delete my data"));
        mail(head("8@x", "bob@example.org", "privacy@korax.example", "delete my data"));
        poller().look();
        assertThat(asked).filteredOn(call -> call.startsWith("open")).hasSize(3);
        assertThat(in("Pledge.Held")).isEqualTo(1);
        assertThat(in("INBOX")).isEqualTo(1);
    }

    @Test
    void aCodeInASubjectIsCheckedAndOpensNothing() throws MessagingException {
        mail(head("1@x", "ada@example.org", "privacy@korax.example", "Re: " + ID + " code 271828"));
        poller().look();
        assertThat(asked).containsExactly("code " + ID + " 271828");
        assertThat(in("Pledge.Done")).isEqualTo(1);
    }

    @Test
    void whatNeedsNoCodeIsConfirmedOnly() throws MessagingException {
        state = State.OPEN;
        mail(head("1@x", "ada@example.org", "privacy+opt-out@korax.example", "stop"));
        poller().look();
        assertThat(asked).hasSize(2).doesNotContain("sendCode");
    }

    @Test
    void nothingIsMovedWhileRequestsCannotBeTakenAndLaterTheyAre() throws MessagingException {
        mail(head("1@x", "ada@example.org", "privacy@korax.example", "delete my data"));
        MailboxPoller poller = poller();
        refusal = Optional.of(new PledgeException(Kind.UNAVAILABLE, "sealed"));
        for (int i = 0; i < 9; i++) {
            poller.tryToLook();
        }
        assertThat(in("INBOX")).isEqualTo(1);
        refusal = Optional.empty();
        poller.tryToLook();
        assertThat(in("INBOX")).isZero();
        assertThat(asked).hasSize(3);
    }

    @Test
    void whatCanNeverBeTakenIsHeldAndStopsNothing() throws MessagingException {
        mail(head("1@x", "ada@example.org", "privacy@korax.example", "delete my data"));
        refusal = Optional.of(new PledgeException(Kind.INVALID, "people are found by these categories: name"));
        assertThat(poller().look()).isEqualTo(1);
        assertThat(in("Pledge.Held")).isEqualTo(1);
    }

    @Test
    void aServerThatIsAwayIsAskedAgain() {
        mail(head("1@x", "ada@example.org", "privacy@korax.example", "delete my data"));
        MailboxPoller poller = poller();
        password = Optional.of("wrong".getBytes(StandardCharsets.UTF_8));
        poller.tryToLook();
        password = Optional.empty();
        poller.tryToLook();
        assertThat(asked).isEmpty();
        password = Optional.of("secret".getBytes(StandardCharsets.UTF_8));
        poller.tryToLook();
        assertThat(asked).hasSize(3);
        server.stop();
        poller.tryToLook();
    }

    @Test
    void sendsNoPasswordToAServerThatDoesNotProveItself() {
        mail(head("1@x", "ada@example.org", "privacy@korax.example", "delete my data"));
        settings.put("protection", "starttls");
        assertThatThrownBy(() -> poller().look()).isInstanceOf(MessagingException.class);
        GreenMail secured = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAPS));
        secured.start();
        try {
            secured.setUser("privacy@korax.example", "privacy@korax.example", "secret");
            settings.put("protection", "tls");
            settings.put("port", secured.getImaps().getPort());
            assertThatThrownBy(() -> poller().look())
                    .isInstanceOf(MessagingException.class)
                    .hasStackTraceContaining("PKIX");
        } finally {
            secured.stop();
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void refusesToReadOverAnOpenLine() {
        settings.put("host", "mail.korax.example");
        assertThatThrownBy(this::poller)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loopback");
        settings.put("protection", "maybe");
        assertThatThrownBy(this::poller).hasMessageContaining("tls, starttls or none");
    }
}
