package org.pledge.answers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.lingala.zip4j.exception.ZipException;
import net.lingala.zip4j.io.inputstream.ZipInputStream;
import net.lingala.zip4j.model.LocalFileHeader;
import net.lingala.zip4j.model.enums.AesKeyStrength;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.answers.AnswerService.Export;
import org.pledge.answers.AnswerService.Started;
import org.pledge.answers.AnswerService.State;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.policy.Policy;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.visitor.LinkService.Recorded;

class DefaultAnswerServiceTest {
    private static final int MANY = 100_000;
    private static final int PAGE = 200;

    @TempDir
    private Path temporary;

    private Path folder;
    private World world;

    @BeforeEach
    void open() {
        folder = temporary.resolve("answers");
        world = new World(folder);
    }

    @AfterEach
    void close() {
        world.answers.stop();
    }

    private Request verified(Type type) {
        return world.request(type, RightsService.State.OPEN);
    }

    private Started start(Request request) {
        return world.answers.start(World.DESK, request.id(), Optional.empty(), false);
    }

    private Export finished(Request request) {
        try {
            return world.answers.await(World.DESK, request.id(), progress -> {});
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String made(Request request) {
        String password = start(request).password().orElseThrow();
        assertThat(finished(request).state()).isEqualTo(State.READY);
        return password;
    }

    private byte[] fetched(Request request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            world.answers.answer(World.DESK, request.id()).writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    private static Map<String, byte[]> unpacked(byte[] zip, String password) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip), password.toCharArray())) {
            for (LocalFileHeader file = in.getNextEntry(); file != null; file = in.getNextEntry()) {
                assertThat(file.getAesExtraDataRecord().getAesKeyStrength()).isEqualTo(AesKeyStrength.KEY_STRENGTH_256);
                files.put(file.getFileName(), in.readAllBytes());
            }
        }
        return files;
    }

    private Map<String, byte[]> answer(Type type) throws IOException {
        Request request = verified(type);
        String password = made(request);
        return unpacked(fetched(request), password);
    }

    private static JsonNode json(Map<String, byte[]> files) throws IOException {
        return new ObjectMapper().readTree(files.get("answer.json"));
    }

    private static String pdf(Map<String, byte[]> files) throws IOException {
        try (PDDocument document = Loader.loadPDF(files.get("answer.pdf"))) {
            return new PDFTextStripper().getText(document);
        }
    }

    private static void assertRefused(Kind kind, Runnable act) {
        assertThatExceptionOfType(PledgeException.class)
                .isThrownBy(act::run)
                .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(kind));
    }

    // what is in it

    @Test
    void anAnswerForMachinesIsWhatItsSchemaSays() throws IOException {
        for (Type type : List.of(Type.ACCESS, Type.PORTABILITY)) {
            Map<String, byte[]> files = answer(type);
            String schema = new String(files.get("answer.schema.json"), StandardCharsets.UTF_8);
            assertThat(schema).isEqualTo(world.answers.schema());
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                            .getSchema(schema)
                            .validate(
                                    new String(files.get("answer.json"), StandardCharsets.UTF_8),
                                    InputFormat.JSON,
                                    context -> context.getExecutionConfig().setFormatAssertionsEnabled(true)))
                    .isEmpty();
            assertThat(json(files).get("$schema").asText()).isEqualTo("answer.schema.json");
        }
    }

    @Test
    void anAccessAnswerHoldsEverythingAboutThePerson() throws IOException {
        JsonNode answer = json(answer(Type.ACCESS));

        assertThat(answer.at("/controller/name").asText()).isEqualTo("Korax Web Services");
        assertThat(answer.get("data")).hasSize(3);
        JsonNode email = answer.at("/data/0");
        assertThat(email.get("values").get(0).asText()).isEqualTo("j@example.org");
        assertThat(email.at("/purposes/0/legalBasis").asText()).isEqualTo("CONTRACT");
        assertThat(email.at("/purposes/0/kept").asText()).isEqualTo("until account-closed");
        assertThat(email.get("heldUntil").asText()).isEqualTo("2026-03-19T11:00:00Z");
        assertThat(answer.at("/data/1/values/0").asText()).isEqualTo(World.NAME);
        assertThat(answer.at("/recipients/0/recipient").asText()).isEqualTo("shipper");
        assertThat(answer.at("/recipients/0/kind").asText()).isEqualTo("THIRD_PARTY");
        assertThat(answer.at("/recipients/0/basis").asText()).isEqualTo("consent");
        assertThat(answer.at("/recipients/0/at").asText()).isEqualTo("2026-03-10T11:00:00Z");
        assertThat(answer.at("/recipients/0/fields")).hasSize(2);
        assertThat(answer.at("/processors/0/recipient").asText()).isEqualTo("parcel-post");
        assertThat(answer.at("/processors/0/answer").asText()).isEqualTo("AWAITED");
        assertThat(answer.at("/consents/0/wording").asText()).isEqualTo("w-3");
        assertThat(answer.at("/cards/0/card").asText()).isEqualTo("VISA ending in 1111");
        assertThat(answer.at("/cardUses/0/facts/amount").asText()).isEqualTo("1200");
        assertThat(answer.get("decisions")).hasSize(2);
        assertThat(answer.at("/decisions/1/facts/reason").asText()).isEqualTo("NO_CONSENT");
        assertThat(answer.get("views")).hasSize(1);
        assertThat(answer.at("/views/0/facts/fields").asText()).isEqualTo("name,email");
        assertThat(answer.at("/holds/0/ground").asText()).isEqualTo("LAW");
        assertThat(answer.get("requests")).isNotEmpty();
        assertThat(answer.at("/counts/recipients").asInt()).isEqualTo(2);
    }

    @Test
    void whatGuardiansAuthorisedAndForWhomIsInItWithoutSayingWhoTheyAre() throws IOException {
        SubjectId father = SubjectId.random();
        world.authorisations.add(withdrawn(world.authorisation(world.person, father, "news")));
        world.authorisations.add(world.authorisation(world.person, world.colleague, "surveys"));
        Map<String, byte[]> files = answer(Type.ACCESS);
        JsonNode answer = json(files);

        assertThat(answer.get("authorisations"))
                .extracting(one -> one.get("purpose").asText() + one.get("guardian") + one.get("state"))
                .containsExactly("marketing1\"STANDING\"", "news2\"WITHDRAWN\"", "surveys1\"STANDING\"");
        assertThat(answer.at("/authorisations/0/since").asText()).isEqualTo("2026-03-10T11:00:00Z");
        assertThat(answer.at("/authorisations/0/until").asText()).isEqualTo("2026-03-10T11:01:00Z");
        assertThat(answer.at("/authorisations/0/evidence").asText()).isEqualTo("CALL");
        assertThat(answer.at("/authorised/0/child").asText()).isEqualTo(world.child.toString());
        assertThat(answer.at("/counts/authorised").asInt()).isEqualTo(1);
        assertThat(new String(files.get("answer.json"), StandardCharsets.UTF_8))
                .doesNotContain(father.toString(), world.colleague.toString());
        assertThat(pdf(files)).contains("What guardians authorised for you", "surveys", "state: WITHDRAWN");
    }

    private static Authorisation withdrawn(Authorisation one) {
        return new Authorisation(
                one.tenant(),
                one.child(),
                one.purpose(),
                one.guardian(),
                one.evidence(),
                one.given(),
                one.givenBy(),
                one.until(),
                Optional.of(one.given()));
    }

    @Test
    void whatLinkedDevicesDidIsInIt() throws IOException {
        for (int i = 0; i < PAGE + 1; i++) {
            world.recorded.add(new Recorded(world.device, "pages", world.now.plusSeconds(i), "/page/" + i));
        }
        Map<String, byte[]> files = answer(Type.ACCESS);
        JsonNode answer = json(files);
        assertThat(answer.at("/devices/0/records/pages").asInt()).isEqualTo(PAGE + 1);
        assertThat(answer.get("deviceRecords")).hasSize(PAGE + 1);
        assertThat(answer.at("/deviceRecords/200/value").asText()).isEqualTo("/page/200");
        assertThat(answer.at("/deviceRecords/0/device").asText())
                .isEqualTo(world.device.toString())
                .isEqualTo(answer.at("/devices/0/device").asText());
        assertThat(pdf(files)).contains("What these devices did", "/page/7");
    }

    @Test
    void withoutWhoKnowsTheDevicesThereIsNoAnswerWhereThePolicyHasLinks() {
        world.visitor = false;
        assertThat(made(verified(Type.ACCESS))).isNotEmpty();
        world.promises.add(new Policy.Promise("AI-9", "", "", Policy.Status.ENFORCED, "lineage", Map.of(), ""));
        Request request = verified(Type.ACCESS);
        assertRefused(Kind.UNAVAILABLE, () -> start(request));
    }

    @Test
    void theVaultIsNotNeededForWhatThePersonProvided() {
        world.vault = false;
        assertThat(made(verified(Type.PORTABILITY))).isNotEmpty();
    }

    @Test
    void aFileThatCannotBeMadeAnewStays() {
        Request request = verified(Type.ACCESS);
        made(request);
        world.vault = false;
        assertRefused(Kind.UNAVAILABLE, () -> world.answers.start(World.DESK, request.id(), Optional.empty(), true));
        assertThat(world.answers.export(World.DESK, request.id()).state()).isEqualTo(State.READY);
    }

    @Test
    void usesOfDeletedCardsAreInItWhileTheyAreKept() throws IOException {
        for (String token : List.of("tok_gone", "tok_forgotten", "tok_gone")) {
            world.trail.add(world.leaf(Act.CARD_DELETED, "desk-berlin", Map.of("card", token, "network", "VISA")));
        }
        world.forgotten.add("tok_forgotten");
        JsonNode uses = json(answer(Type.ACCESS)).get("cardUses");
        assertThat(uses)
                .extracting(use -> use.get("card").asText())
                .containsExactly("VISA ending in 1111", "deleted card 1, VISA");
        assertThat(uses.toString()).doesNotContain("tok_");
    }

    @Test
    void whatStaysAlthoughItsPurposeEndedIsInItToo() throws IOException {
        world.ended.put("email", world.values.remove("email"));
        JsonNode email = json(answer(Type.ACCESS)).at("/data/0");
        assertThat(email.at("/values/0").asText()).isEqualTo("j@example.org");
        assertThat(email.get("heldUntil").asText()).isEqualTo("2026-03-19T11:00:00Z");
    }

    @Test
    void aPortableAnswerHoldsOnlyWhatThePersonProvided() throws IOException {
        JsonNode answer = json(answer(Type.PORTABILITY));

        assertThat(answer.get("data"))
                .extracting(field -> field.get("category").asText())
                .containsExactly("email", "name");
        assertThat(List.of("recipients", "decisions", "views", "cards", "holds"))
                .noneMatch(answer::has);
        assertThat(answer.at("/consents/0").has("recordedBy")).isFalse();
        assertThat(answer.at("/authorisations/0/purpose").asText()).isEqualTo("marketing");
        assertThat(answer.at("/authorisations/0").has("recordedBy")).isFalse();
    }

    @Test
    void otherPeopleAreCountsAndStaffIsARole() throws IOException {
        Map<String, byte[]> files = answer(Type.ACCESS);
        JsonNode answer = json(files);

        assertThat(answer.at("/person/otherContacts/count").asInt()).isEqualTo(1);
        assertThat(answer.at("/person/otherContacts/roles/billing").asInt()).isEqualTo(1);
        assertThat(answer.at("/views/0/by/role").asText()).isEqualTo("operator");
        assertThat(answer.at("/views/0/by/credential").asText()).matches("[0-9a-f]{16}");
        assertThat(answer.at("/decisions/0/by/role").asText()).isEqualTo("operator");
        assertThat(answer.at("/decisions/1/by/name").asText()).isEqualTo("shipper");
        for (String text : List.of(new String(files.get("answer.json"), StandardCharsets.UTF_8), pdf(files))) {
            assertThat(text)
                    .doesNotContain(world.colleague.toString(), "desk-berlin", "mallory", "vera", "olga", "otto")
                    .doesNotContain("secret", "tok_abc");
        }
    }

    @Test
    void namesOfOtherAlphabetsArePrintedAndWhatTheFontLacksIsNamed() throws IOException {
        String text = pdf(answer(Type.ACCESS)).replaceAll("\\s+", " ");

        assertThat(text).contains("Jürgen Łukasz Ωμέγα Чехов [U+1F600]", "Who received it", "VISA ending in 1111");
    }

    @Test
    void longTextsAreWrappedAndLongSectionsSummedUp() throws IOException {
        world.values.put("name", List.of("Wolfeschlegelsteinhausen".repeat(40)));
        world.accounting = cursor -> new Page<>(
                IntStream.range(0, PdfReport.MOST_ITEMS + 1)
                        .mapToObj(i -> world.disclosure("shipper"))
                        .toList(),
                Optional.empty());

        String text = pdf(answer(Type.ACCESS));

        assertThat(text.replaceAll("\\s", "")).contains("Wolfeschlegelsteinhausen".repeat(40));
        assertThat(text).contains("501 times shipper for delivery, on the basis of consent: email, name");
    }

    // how it is protected

    @Test
    void nothingOpensItButItsPassword() throws IOException {
        Request request = verified(Type.ACCESS);
        String password = made(request);
        byte[] file = fetched(request);

        assertThat(password).matches("([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}");
        assertThatThrownBy(() -> unpacked(file, "0000-0000-0000-0000-0000")).isInstanceOf(ZipException.class);
        assertThat(unpacked(file, password)).containsOnlyKeys("answer.json", "answer.pdf", "answer.schema.json");
        assertThat(new String(file, StandardCharsets.ISO_8859_1)).doesNotContain("example.org", "Korax", password);
    }

    @Test
    void theFileOnTheDiskIsTheOwnersAndSealed() throws IOException {
        Request request = verified(Type.ACCESS);
        made(request);

        List<Path> files = files();
        assertThat(files).hasSize(1);
        assertThat(new String(Files.readAllBytes(files.get(0)), StandardCharsets.ISO_8859_1))
                .doesNotContain("example.org", "Korax");
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.get(0))))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                    .isEqualTo("rwx------");
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    // who may, and when

    @Test
    void onlyAVerifiedRequestForAccessOrPortabilityIsAnswered() {
        for (RightsService.State state : RightsService.State.values()) {
            if (state != RightsService.State.OPEN && state != RightsService.State.EXTENDED) {
                assertRefused(Kind.CONFLICT, () -> start(world.request(Type.ACCESS, state)));
            }
        }
        assertRefused(Kind.CONFLICT, () -> start(verified(Type.ERASURE)));
        made(world.request(Type.ACCESS, RightsService.State.EXTENDED));
    }

    @Test
    void onlyOperatorsMakeAndFetchIt() {
        Request request = verified(Type.ACCESS);
        made(request);
        Caller auditor = new Caller(World.KORAX, "ada", Set.of(Role.AUDITOR));

        assertThat(world.answers.export(auditor, request.id()).state()).isEqualTo(State.READY);
        assertRefused(Kind.DENIED, () -> world.answers.answer(auditor, request.id()));
        assertRefused(Kind.DENIED, () -> world.answers.start(auditor, request.id(), Optional.empty(), false));
    }

    @Test
    void startingAgainGivesTheSameWithoutItsPassword() throws IOException {
        Request request = verified(Type.ACCESS);
        String password = made(request);
        Export first = finished(request);

        Started again = start(request);

        assertThat(again.password()).isEmpty();
        assertThat(again.export()).isEqualTo(first);
        assertThat(unpacked(fetched(request), password)).isNotEmpty();
    }

    @Test
    void aLostPasswordTakesAnotherFile() throws IOException {
        Request request = verified(Type.ACCESS);
        String lost = made(request);

        String password = world.answers
                .start(World.DESK, request.id(), Optional.empty(), true)
                .password()
                .orElseThrow();
        finished(request);

        assertThat(files()).hasSize(1);
        byte[] file = fetched(request);
        assertThat(unpacked(file, password)).isNotEmpty();
        assertThatThrownBy(() -> unpacked(file, lost)).isInstanceOf(ZipException.class);
    }

    @Test
    void aRequestThatIsClosedMeanwhileGetsNoAnswer() throws IOException {
        Request request = verified(Type.ACCESS);
        world.whileGathering = () -> world.store.required(() -> world.store.putRequest(new Request(
                request.id(),
                request.tenant(),
                request.subject(),
                request.type(),
                RightsService.State.WITHDRAWN,
                request.jurisdiction(),
                request.channel(),
                request.received(),
                request.openedBy(),
                request.deadlines(),
                request.verifiedBy(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new RightsService.Closing(world.now, "desk", Optional.empty())))));
        start(request);

        assertThat(finished(request).state()).isEqualTo(State.FAILED);
        assertThat(files()).isEmpty();
        assertThat(world.leaves).isEmpty();
        assertRefused(Kind.NOT_FOUND, () -> world.answers.answer(World.DESK, request.id()));
    }

    @Test
    void withoutTheVaultThereIsNoAnswerAndLaterThereIs() throws IOException {
        Request request = verified(Type.ACCESS);
        world.vault = false;
        assertRefused(Kind.UNAVAILABLE, () -> start(request));
        world.vault = true;
        world.vaultRefusal = Optional.of(new PledgeException(Kind.UNAVAILABLE, "the vault is sealed"));
        assertRefused(Kind.UNAVAILABLE, () -> start(request));
        assertRefused(Kind.NOT_FOUND, () -> world.answers.export(World.DESK, request.id()));
        assertThat(files()).isEmpty();
        world.vaultRefusal = Optional.empty();
        assertThat(made(request)).isNotEmpty();
    }

    // fetching

    @Test
    void itIsFetchedOnce() throws IOException {
        Request request = verified(Type.ACCESS);
        made(request);
        byte[] file = fetched(request);

        Export export = world.answers.export(World.DESK, request.id());
        assertThat(export.state()).isEqualTo(State.FETCHED);
        assertThat(export.sha256()).contains(HexFormat.of().formatHex(World.digest(file)));
        assertThat(export.bytes()).isEqualTo(file.length);
        assertThat(files()).isEmpty();
        assertRefused(Kind.NOT_FOUND, () -> world.answers.answer(World.DESK, request.id()));
        assertThat(made(request)).isNotEmpty();
    }

    @Test
    void aTransferThatBreaksOffCanBeRepeated() {
        Request request = verified(Type.ACCESS);
        made(request);
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("gone");
            }
        };

        assertThatThrownBy(() -> world.answers.answer(World.DESK, request.id()).writeTo(broken))
                .isInstanceOf(IOException.class);
        assertThat(fetched(request)).isNotEmpty();
    }

    @Test
    void nobodyElseFetchesItAtTheSameTime() throws IOException {
        Request request = verified(Type.ACCESS);
        made(request);
        OutputStream greedy = new OutputStream() {
            @Override
            public void write(int b) {
                assertRefused(Kind.CONFLICT, () -> fetched(request));
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                write(0);
            }
        };
        world.answers.answer(World.DESK, request.id()).writeTo(greedy);
        assertThat(world.leaves)
                .filteredOn(leaf -> leaf.act() == Act.EXPORT_FETCHED)
                .hasSize(1);
    }

    @Test
    void theRecordTellsWhatWasMadeAndFetched() {
        Request request = verified(Type.ACCESS);
        made(request);
        String hash = HexFormat.of().formatHex(World.digest(fetched(request)));

        assertThat(world.leaves).extracting(Leaf::act).containsExactly(Act.EXPORT_MADE, Act.EXPORT_FETCHED);
        assertThat(world.leaves.get(0).details())
                .containsEntry("sha256", hash)
                .containsEntry("count.data", "3")
                .containsEntry("count.recipients", "2")
                .containsEntry("request", request.id().toString());
        assertThat(world.leaves.get(1).details()).containsEntry("sha256", hash);
        assertThat(world.leaves).allSatisfy(leaf -> assertThat(leaf.subject()).contains(world.person));
    }

    @Test
    void itExpiresAfterADay() throws IOException {
        Request request = verified(Type.ACCESS);
        made(request);
        world.now = world.now.plus(Duration.ofHours(24)).minusSeconds(1);
        world.answers.sweep();
        assertThat(world.answers.answer(World.DESK, request.id()).name()).isEqualTo("answer-" + request.id() + ".zip");
        world.now = world.now.plusSeconds(1);
        assertRefused(Kind.NOT_FOUND, () -> world.answers.answer(World.DESK, request.id()));
        assertThat(world.answers.export(World.DESK, request.id()).state()).isEqualTo(State.EXPIRED);

        world.answers.sweep();

        assertThat(files()).isEmpty();
        assertThat(world.store.required(() -> world.store.export(World.KORAX, request.id())))
                .hasValueSatisfying(export -> assertThat(export.state()).isEqualTo(State.EXPIRED));
    }

    private void erase() {
        world.store.required(() -> {
            world.store.removePerson(World.KORAX, world.person);
            world.store.addRemoval(
                    new Removal(World.KORAX, world.person, world.now, 4, Set.of("name", "email"), Set.of()));
        });
    }

    @Test
    void nobodyFetchesWhatWasKeptOfWhoWasRemovedSince() throws IOException {
        Request request = verified(Type.ACCESS);
        made(request);
        erase();
        assertRefused(Kind.NOT_FOUND, () -> fetched(request));
        assertThat(files()).isEmpty();
        assertThat(world.answers.export(World.DESK, request.id()).state()).isEqualTo(State.EXPIRED);
        assertThat(world.leaves).extracting(Leaf::act).containsExactly(Act.EXPORT_MADE);
    }

    @Test
    void theNextSweepRemovesTheFileOfWhoWasRemoved() throws IOException {
        Request request = verified(Type.ACCESS);
        made(request);
        world.answers.sweep();
        assertThat(files()).hasSize(1);
        erase();
        world.answers.sweep();
        assertThat(files()).isEmpty();
        assertRefused(Kind.NOT_FOUND, () -> world.answers.answer(World.DESK, request.id()));
    }

    @Test
    void noAnswerIsMadeAboutWhoWasRemovedMeanwhile() throws IOException {
        Request request = verified(Type.ACCESS);
        world.whileGathering = this::erase;
        start(request);
        assertThat(finished(request).state()).isEqualTo(State.FAILED);
        assertThat(files()).isEmpty();
    }

    @Test
    void whoAsksForAnAnswerAboutSomebodyRemovedLearnsItAtOnce() {
        Request request = verified(Type.PORTABILITY);
        erase();
        assertRefused(Kind.NOT_FOUND, () -> start(request));
        assertRefused(Kind.NOT_FOUND, () -> world.answers.export(World.DESK, request.id()));
    }

    @Test
    void theSweepRemovesWhatAnEarlierRunLeft() throws IOException {
        Path left = Files.createFile(folder.resolve("left"));
        world.answers.sweep();
        assertThat(left).exists();
        Files.setLastModifiedTime(
                left,
                java.nio.file.attribute.FileTime.from(
                        world.now.minus(Duration.ofHours(24)).minusSeconds(1)));
        world.answers.sweep();
        assertThat(left).doesNotExist();
    }

    @Test
    void itIsHandedOverOnThisMachineUnderANewName() throws IOException {
        Request request = verified(Type.ACCESS);
        String password = made(request);
        for (String name : List.of("../x", "a/b", ".x", "", "/etc/passwd", "a".repeat(101))) {
            assertRefused(Kind.INVALID, () -> handedOver(request, name));
        }
        Path file = handedOver(request, "to-vera.zip");

        assertThat(file.getParent()).isEqualTo(temporary.resolve("answers-out"));
        assertThat(unpacked(Files.readAllBytes(file), password)).isNotEmpty();
        assertThat(world.answers.export(World.DESK, request.id()).state()).isEqualTo(State.FETCHED);
        made(request);
        assertRefused(Kind.CONFLICT, () -> handedOver(request, "to-vera.zip"));
        assertThat(file).exists();
        assertThat(world.answers.export(World.DESK, request.id()).state()).isEqualTo(State.READY);
        Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.from(world.now.minus(Duration.ofHours(25))));
        world.answers.sweep();
        assertThat(file).doesNotExist();
    }

    private Path handedOver(Request request, String name) {
        try {
            return world.answers.handOver(World.DESK, request.id(), name);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    // much of it

    /** The memory is looked at after every 50th page: of the pages before, none may be reachable any more. */
    @Test
    void ofAHundredThousandDisclosuresOnePageIsInMemory() throws IOException {
        List<WeakReference<Disclosure>> earlier = new ArrayList<>();
        int[] most = {0};
        world.accounting = cursor -> {
            int from = cursor.map(Integer::parseInt).orElse(0);
            if (from / PAGE % 50 == 49) {
                most[0] = Math.max(most[0], alive(earlier));
            }
            List<Disclosure> page = IntStream.range(0, PAGE)
                    .mapToObj(i -> world.disclosure("partner-" + i % 7))
                    .toList();
            earlier.add(new WeakReference<>(page.get(0)));
            int next = from + PAGE;
            return new Page<>(page, next < MANY ? Optional.of(Integer.toString(next)) : Optional.empty());
        };
        Request request = verified(Type.ACCESS);
        String password = made(request);

        assertThat(earlier).hasSize(MANY / PAGE);
        assertThat(most[0]).isLessThanOrEqualTo(1);
        Export export = finished(request);
        assertThat(export.counts()).containsEntry("recipients", (long) MANY);
        JsonNode answer = json(unpacked(fetched(request), password));
        assertThat(answer.get("recipients")).hasSize(MANY);
    }

    /** How many are still reachable once the collector had its chance. */
    private static int alive(List<WeakReference<Disclosure>> references) {
        int[] alive = {Integer.MAX_VALUE};
        try {
            await().atMost(Duration.ofSeconds(5)).until(() -> {
                System.gc();
                alive[0] = (int) references.stream()
                        .filter(reference -> reference.get() != null)
                        .count();
                return alive[0] <= 1;
            });
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            return alive[0];
        }
        return alive[0];
    }

    @Test
    void tellsHowFarItIs() throws InterruptedException {
        List<Export> seen = new ArrayList<>();
        java.util.concurrent.CountDownLatch told = new java.util.concurrent.CountDownLatch(1);
        world.accounting = cursor -> {
            try {
                told.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new Page<>(List.of(), Optional.empty());
        };
        Request request = verified(Type.ACCESS);
        start(request);
        assertRefused(Kind.CONFLICT, () -> world.answers.answer(World.DESK, request.id()));
        Export done = world.answers.await(World.DESK, request.id(), progress -> {
            seen.add(progress);
            told.countDown();
        });

        assertThat(seen).isNotEmpty().allSatisfy(export -> assertThat(export.state())
                .isEqualTo(State.RUNNING));
        assertThat(seen.get(0).counts()).containsEntry("data", 3L).containsEntry("recipients", 0L);
        assertThat(done.state()).isEqualTo(State.READY);
    }
}
