package org.pledge.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which way the arrows point. */
@AnalyzeClasses(packages = "org.pledge", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
    private static final String[] DOMAIN = {
        "org.pledge.audit.internal..",
        "org.pledge.crypto.internal..",
        "org.pledge.access.internal..",
        "org.pledge.policy.internal..",
        "org.pledge.subject.internal..",
        "org.pledge.consent.internal..",
        "org.pledge.sharing.internal..",
        "org.pledge.visitor.internal..",
        "org.pledge.retention.internal..",
        "org.pledge.rights.internal..",
        "org.pledge.answers.internal..",
        "org.pledge.mailbox.internal..",
        "org.pledge.notices.internal..",
        "org.pledge.partners.internal..",
        "org.pledge.vault.internal.."
    };

    @ArchTest
    static final ArchRule noBundleReachesIntoAnother =
            slices().matching("org.pledge.(**).internal..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule storesAreFoundAsServices = noClasses()
            .that()
            .resideOutsideOfPackages("org.pledge.store.memory..", "org.pledge.store.jpa..", "org.pledge.store.vault..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.pledge.store.memory..", "org.pledge.store.jpa..", "org.pledge.store.vault..");

    @ArchTest
    static final ArchRule onlyStoresAndBackupsKnowTheirDatabases = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "org.pledge.database..",
                    "org.pledge.store.jpa..",
                    "org.pledge.store.vault..",
                    "org.pledge.backup..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.pledge.database..");

    @ArchTest
    static final ArchRule theApiKnowsOnlyTheJdk = classes()
            .that()
            .resideOutsideOfPackages(
                    "..internal..",
                    "org.pledge.store.memory..",
                    "org.pledge.database..",
                    "org.pledge.folder..",
                    "org.pledge.lookup..",
                    "org.pledge.yaml..",
                    "org.pledge.connectors..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("org.pledge..", "java..", "org.osgi.annotation.."));

    @ArchTest
    static final ArchRule domainsKnowNoTechnology = noClasses()
            .that()
            .resideInAnyPackage(DOMAIN)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "javax.persistence..",
                    "java.sql..",
                    "javax.sql..",
                    "javax.ws.rs..",
                    "org.apache.camel..",
                    "org.apache.cxf..",
                    "org.apache.karaf..",
                    "com.fasterxml..",
                    "org.apache.felix..");

    @ArchTest
    static final ArchRule nothingThrowsJustAnything = noCodeUnits()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(DOMAIN)
            .should()
            .declareThrowableOfType(Exception.class);

    @ArchTest
    static final ArchRule onlyTheOutboxLeavesTheHouse = noClasses()
            .that()
            .resideOutsideOfPackage("org.pledge.routes.internal..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net.http..", "org.apache.hc..");

    @ArchTest
    static final ArchRule oneBundleBesideTheVaultSeesACard = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "org.pledge.vault.core..",
                    "org.pledge.vault.internal..",
                    "org.pledge.connectors.clearing.internal..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.pledge.vault.core..");
}
