import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;
import java.util.stream.Collectors;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.ValidationResult;

/** veraPDF: PdfA FLAVOUR FILE... prints for each file: yes, no or error; the rules that failed; tab-separated. */
public final class PdfA {
    public static void main(String[] args) {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PDFAFlavour flavour = PDFAFlavour.byFlavourId(args[0]);
        for (int i = 1; i < args.length; i++) {
            out.println(judge(new File(args[i]), flavour));
        }
    }

    private static String judge(File file, PDFAFlavour flavour) {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            String failed = result.getFailedChecks().keySet().stream()
                    .map(rule -> rule.getClause() + "-" + rule.getTestNumber())
                    .sorted().collect(Collectors.joining(" "));
            return (result.isCompliant() ? "yes" : "no") + "\t" + failed;
        } catch (Exception e) {
            return "error\t" + e.toString().replaceAll("\\s+", " ");
        }
    }
}
