using System.Globalization;
using System.Text;

namespace Stele.Docs.Tests.Pages;

/// <summary>Turns a page into one bash script, whose output says where each step begins.</summary>
internal static class PageScript
{
    /// <summary>In front of a step's line number, in the output.</summary>
    public const char Mark = '\u001e';

    private const string Preamble =
        """
        set -euo pipefail
        exec 2>&1
        started=()
        finish() {
          for process in "${started[@]}"; do kill -TERM -- "-$process" 2>/dev/null || true; done
          wait
        }
        trap finish EXIT
        # until_says FILE TEXT: waits for what was started last, ten minutes at most: only what hangs takes so long.
        until_says() {
          for _ in $(seq 6000); do
            if grep -qF -- "$2" "$1"; then return 0; fi
            kill -0 "${started[-1]}" 2>/dev/null || break
            sleep 0.1
          done
          cat "$1"; echo "It has not said: $2"; return 1
        }
        start() { # start FILE TEXT COMMAND...: in the background, until it says so
          local file=$1 text=$2
          shift 2
          set -m; "$@" >"$file" 2>&1 </dev/null & set +m
          started+=($!)
          until_says "$file" "$text"
          cat "$file"
        }

        """;

    /// <summary>The script of a page; null where it has nothing to run.</summary>
    /// <param name="page">The page.</param>
    /// <param name="ports">What stands in the place of 8443, 8444 and 9464.</param>
    public static string? Of(Page page, (int Ledger, int Identity, int Metrics) ports)
    {
        if (!page.Steps.Any(IsRun))
            return null;
        var script = new StringBuilder(Preamble);
        var replacements = new List<(string Text, string By)>
        {
            // By way of marks: the one port may have the other's digits.
            ("8443", "\u0001"), ("8444", "\u0002"), ("9464", "\u0003"),
            ("\u0001", ports.Ledger.ToString(CultureInfo.InvariantCulture)),
            ("\u0002", ports.Identity.ToString(CultureInfo.InvariantCulture)),
            ("\u0003", ports.Metrics.ToString(CultureInfo.InvariantCulture)),
        };
        var programs = new Dictionary<string, StringBuilder>(StringComparer.Ordinal);
        foreach (var step in page.Steps)
        {
            script.Append(CultureInfo.InvariantCulture, $"printf '{Mark}%s\\n' {step.Line}\n");
            if (step is Step.Replace replace)
                replacements.Insert(0, (replace.Text, replace.By));
            string Filled(string text) =>
                replacements.Aggregate(text, (all, one) => all.Replace(one.Text, one.By, StringComparison.Ordinal));
            if (step is Step.Block { Decision: Decision.Run, Language: "python" or "js" } part)
                script.Append(Program(page, part, Filled(part.Text), programs));
            else
                script.Append(Commands(step, Filled));
        }
        return script.ToString();
    }

    private static bool IsRun(Step step) =>
        step is Step.Setup or Step.Block { Decision: Decision.Run or Decision.Background };

    private static string Commands(Step step, Func<string, string> filled) => step switch
    {
        Step.Ledger => "start ledger.log ready stele up --virtual >/dev/null\n",
        Step.Setup setup => filled(setup.Commands) + "\n",
        Step.Block { Decision: Decision.InFile file } block => HereDocument($"cat > {file.Name}", filled(block.Text)),
        Step.Block { Decision: Decision.Background background } block =>
            $"start step-{step.Line}.log '{background.Until}' bash -c {Quoted(filled(block.Text))}\n",
        Step.Block { Decision: Decision.Run run } block => Expecting(run.ExitCode, filled(block.Text)),
        _ => "",
    };

    // A page's blocks in one language are one program, as for a reader who types one after the other: it runs with the last.
    private static string Program(Page page, Step.Block block, string text, Dictionary<string, StringBuilder> programs)
    {
        var program = programs.TryGetValue(block.Language, out var begun) ? begun : programs[block.Language] = new StringBuilder();
        var isPython = block.Language == "python";
        program.Append(isPython ? $"print('{Mark}{block.Line}', flush=True)\n" : $"console.log('{Mark}{block.Line}');\n").Append(text);
        var last = page.Blocks.Last(one => one.Language == block.Language && one.Decision is Decision.Run);
        return last != block ? "" : HereDocument(isPython ? "python3 -B -" : "node --input-type=module -", program.ToString());
    }

    private static string Expecting(int exitCode, string commands) => exitCode == 0 ? commands
        : $"code=0; (\n{commands}) || code=$?\n[ $code = {exitCode} ] || {{ echo \"It ended with $code.\"; exit 99; }}\n";

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string HereDocument(string command, string text) => $"{command} <<'END_OF_BLOCK'\n{text}END_OF_BLOCK\n";
}
