using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Alerts;
using Varai.Monitoring.Windows;
using Varai.Tests.TestResources;

namespace Varai.Tests.Monitoring.Alerts;

/// <summary>The same rules over the same series here and in Prometheus: <c>promtool test rules</c> evaluates them, and is told what we came to
/// at every minute.</summary>
public sealed class PromtoolDifferentialTests
{
    private const int Files = 4;
    private const int SeriesEach = 50;
    private const int Minutes = 29;

    // As Debian's Prometheus 2.42 does it: a sample counts for five minutes, the last moment included.
    private const int Lookback = 5;

    private static readonly (int For, int Keep)[] Rules = [.. Enumerable.Range(0, 30).Select(i => (i * 7 % 9, i * 5 % 8))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Evaluate_RandomSeriesAndRules_SameStatesAsPrometheus()
    {
        string promtool = Promtool();
        int seed = Random.Shared.Next();
        using var folder = new TemporaryFolder();
        long checks = 0;
        for (int file = 0; file < Files; file++)
        {
            (string[][] series, string expected) = Run(new Random(seed + file));
            folder.Write($"rules{file}.yml", RulesFile());
            folder.Write($"test{file}.yml", TestFile($"rules{file}.yml", series, expected));
            checks += (long)SeriesEach * Rules.Length * Minutes;
        }

        Command command = await Command.RunAsync(promtool, ["test", "rules", .. Enumerable.Range(0, Files).Select(i => $"test{i}.yml")], folder.Root, Token);
        Assert.True(command.ExitCode == 0, $"With seed {seed}: {command.Output[..Math.Min(4000, command.Output.Length)]}");
        Assert.True(checks >= 150_000);
    }

    [Fact]
    public async Task Evaluate_AStateThatIsWrong_IsNoticed()
    {
        string promtool = Promtool();
        using var folder = new TemporaryFolder();
        (string[][] series, string expected) = Run(new Random(1));
        folder.Write("rules.yml", RulesFile());
        int at = expected.IndexOf("pending", StringComparison.Ordinal);
        folder.Write("test.yml", TestFile("rules.yml", series, $"{expected[..at]}firing{expected[(at + "pending".Length)..]}"));
        Command command = await Command.RunAsync(promtool, ["test", "rules", "test.yml"], folder.Root, Token);
        Assert.NotEqual(0, command.ExitCode);
    }

    [Fact]
    public async Task Render_Templates_SameTextsAsPrometheus()
    {
        string promtool = Promtool();
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        double[] values =
        [
            0, 1, -1, 0.5, 1000, 999.9, 1024, 1023, 123456789, 1e18, 1e6, 999999.5, 123456789012345678, 1e-4, 1e-5, 12.5, 59, 60, 61, 3599, 3600, 86399, 86400, 90061, -90061, 0.00123, 99.995, -0.0, 0.125, 2.5, 1234.5, 1e15, 9.999999e14,
            .. Enumerable.Range(0, 60).Select(_ => Math.Round((random.NextDouble() - 0.3) * Math.Pow(10, random.Next(-8, 14)), random.Next(0, 9))),
        ];
        string[] templates =
        [
            "{{ $value }}", "{{ humanize $value }}", "{{ $value | humanize1024 }}", "{{ $value | humanizePercentage }}", "{{ $value | humanizeDuration }}",
            "{{ printf \"%.2f\" $value }} of {{ $labels.s }}", "{{ printf \"%.3g|%s|%v\" $value $labels.s $value }}", "a {{- $labels.s -}} b {{ index $labels \"s\" | toUpper }}",
            "{{ printf \"%q %%\" $labels.s }}{{ $labels.missing }}", "{{ .Value }} {{ .Labels.s }}", "{{ printf \"%.1e\" $value }}",
        ];
        using var folder = new TemporaryFolder();
        var rules = new StringBuilder("groups:\n- name: g\n  rules:\n  - alert: r\n    expr: m == m\n    annotations:\n");
        for (int i = 0; i < templates.Length; i++)
            rules.Append(CultureInfo.InvariantCulture, $"      a{i}: '{templates[i]}'\n");
        var test = new StringBuilder("rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n");
        for (int i = 0; i < values.Length; i++)
            test.Append(CultureInfo.InvariantCulture, $"  - series: 'm{{s=\"series{i}\"}}'\n    values: '{values[i]:R}'\n");
        test.Append("  alert_rule_test:\n  - eval_time: 0m\n    alertname: r\n    exp_alerts:\n");
        for (int i = 0; i < values.Length; i++)
        {
            var labels = new Dictionary<string, string> { ["s"] = $"series{i}" };
            test.Append(CultureInfo.InvariantCulture, $"    - exp_labels: {{s: series{i}}}\n      exp_annotations:\n");
            for (int j = 0; j < templates.Length; j++)
                test.Append(CultureInfo.InvariantCulture, $"        a{j}: '{AlertTemplate.Parse(templates[j]).Render(labels, values[i])}'\n");
        }

        folder.Write("rules.yml", rules.ToString());
        folder.Write("test.yml", test.ToString());
        Command command = await Command.RunAsync(promtool, ["test", "rules", "test.yml"], folder.Root, Token);
        Assert.True(command.ExitCode == 0, $"With seed {seed}: {command.Output}");
    }

    private static string Promtool() => Require.Program("Prometheus", "sudo apt-get install --no-install-recommends prometheus", "promtool");

    /// <summary>Evaluates the rules over random series.</summary>
    /// <returns>The series in promtool's notation, and what it is to expect.</returns>
    private static (string[][] Series, string Expected) Run(Random random)
    {
        string[][] series = [.. Enumerable.Range(0, SeriesEach).Select(_ => Samples(random))];
        var windows = new SetWindows();
        var time = new FakeTimeProvider(AlertWorld.Start);
        IEnumerable<AlertRule> rules = Rules.Select((r, i) => new AlertRuleBuilder($"r{i}").Metric("m").BySeries().Above(2000)
            .For(TimeSpan.FromMinutes(r.For)).KeepFiringFor(TimeSpan.FromMinutes(r.Keep)).Build());
        var set = new AlertRuleSet(rules, windows, "production", new WindowClock(time));
        var expected = new StringBuilder();
        for (int minute = 0; minute < Minutes; minute++)
        {
            for (int i = 0; i < series.Length; i++)
            {
                // What is gone is sometimes a series without a value, and sometimes no series.
                double? value = ValueAt(series[i], minute);
                if (value is null && i % 2 == 0)
                    windows.Remove($"{i}");
                else
                    windows[$"{i}"] = value;
            }

            set.Evaluate();
            expected.Append(CultureInfo.InvariantCulture, $"  - expr: ALERTS\n    eval_time: {minute}m\n    exp_samples:\n");
            int count = 0;
            foreach (AlertRuleStatus status in set.GetStatus())
            {
                foreach (ActiveAlert alert in status.Alerts)
                {
                    string state = alert.State == AlertState.Firing ? "firing" : "pending";
                    expected.Append(CultureInfo.InvariantCulture, $"    - {{labels: 'ALERTS{{alertname=\"{status.Rule.Name}\",alertstate=\"{state}\",s=\"{alert.Labels["s"]}\",severity=\"warning\"}}', value: 1}}\n");
                    count++;
                }
            }

            if (count == 0)
                expected.Length -= "    exp_samples:\n".Length;
            time.Advance(TimeSpan.FromMinutes(1));
        }

        return (series, expected.ToString());
    }

    private static string[] Samples(Random random)
    {
        var samples = new List<string>();
        while (samples.Count < Minutes)
        {
            string sample = random.Next(8) switch { < 3 => "3000", < 5 => "100", 5 => "_", 6 => "stale", _ => "NaN" };
            samples.AddRange(Enumerable.Repeat(sample, sample == "stale" ? 1 : random.Next(1, 8)));
        }

        return [.. samples.Take(Minutes)];
    }

    private static double? ValueAt(string[] samples, int minute)
    {
        for (int i = minute; i >= 0 && i >= minute - Lookback; i--)
        {
            if (samples[i] == "stale")
                return null;
            if (samples[i] != "_")
                return samples[i] == "NaN" ? double.NaN : double.Parse(samples[i], CultureInfo.InvariantCulture);
        }

        return null;
    }

    private static string RulesFile()
    {
        var text = new StringBuilder("groups:\n- name: g\n  rules:\n");
        for (int i = 0; i < Rules.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"  - {{alert: r{i}, expr: m > 2000, for: {Rules[i].For}m, keep_firing_for: {Rules[i].Keep}m, labels: {{severity: warning}}}}\n");
        return text.ToString();
    }

    private static string TestFile(string rules, string[][] series, string expected)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"rule_files: [{rules}]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n");
        for (int i = 0; i < series.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"  - series: 'm{{s=\"{i}\"}}'\n    values: '{string.Join(' ', series[i])}'\n");
        return text.Append("  promql_expr_test:\n").Append(expected).ToString();
    }
}
