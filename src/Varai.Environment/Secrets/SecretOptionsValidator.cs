using Microsoft.Extensions.Options;
using Varai.Secrets.LocalStore;

namespace Varai.Secrets;

internal sealed class SecretOptionsValidator : IValidateOptions<SecretOptions>
{
    private const string ProviderName = "the name of a secret provider";

    public ValidateOptionsResult Validate(string? name, SecretOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (string.IsNullOrWhiteSpace(options.Directory))
            Fail(nameof(options.Directory), options.Directory, "a folder, absolute or relative to the content root");
        if (options.Prefix is null || options.Prefix.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
            Fail(nameof(options.Prefix), options.Prefix, "letters, digits and underscores");

        CheckLocal();
        CheckRange(nameof(options.CacheTtl), options.CacheTtl, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
        CheckRange(nameof(options.NegativeCacheTtl), options.NegativeCacheTtl, TimeSpan.Zero, TimeSpan.FromHours(1));
        CheckRange(nameof(options.MaxStale), options.MaxStale, TimeSpan.Zero, TimeSpan.FromDays(30));
        CheckRange(nameof(options.ReadTimeout), options.ReadTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        CheckRange(nameof(options.WriteTimeout), options.WriteTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        CheckRange(nameof(options.RefreshWait), options.RefreshWait, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        if (options.MaxEntries is < 1 or > 1_000_000)
            Fail(nameof(options.MaxEntries), options.MaxEntries, "from 1 to 1000000");

        for (int i = 0; i < options.Prefetch.Count; i++)
        {
            if (SecretAddress.FindProblem(options.Prefetch[i]) is { } problem)
                Fail($"{nameof(options.Prefetch)}:{i}", options.Prefetch[i], $"the name of a secret, but it {problem}");
        }

        CheckNames(nameof(options.OptionalProviders), options.OptionalProviders);
        CheckNames(nameof(options.Providers), options.Providers);
        if (options.Writer is not null && string.IsNullOrWhiteSpace(options.Writer))
            Fail(nameof(options.Writer), options.Writer, ProviderName);
        for (int i = 0; i < options.Routes.Count; i++)
            CheckRoute(i);
        CheckResilience(nameof(options.Resilience), options.Resilience);
        foreach ((string provider, SecretResilienceOptions own) in options.ProviderResilience)
            CheckResilience($"{nameof(options.ProviderResilience)}:{provider}", own);

        return result.Build();

        void CheckLocal()
        {
            if (string.IsNullOrWhiteSpace(options.DotEnvFile) || Path.EndsInDirectorySeparator(options.DotEnvFile))
                Fail(nameof(options.DotEnvFile), options.DotEnvFile, "a file, absolute or relative to the content root");
            LocalSecretStoreOptions local = options.LocalStore;
            if (local.Path is null || Path.EndsInDirectorySeparator(local.Path))
                Fail($"{nameof(options.LocalStore)}:{nameof(local.Path)}", local.Path, "a file, absolute or relative to the content root");
            if (local.KeyFile is null || Path.EndsInDirectorySeparator(local.KeyFile))
                Fail($"{nameof(options.LocalStore)}:{nameof(local.KeyFile)}", local.KeyFile, "a file, absolute or relative to the content root");
            if (local.MaxVersions is < 1 or > LocalSecretStoreOptions.GreatestMaxVersions)
                Fail($"{nameof(options.LocalStore)}:{nameof(local.MaxVersions)}", local.MaxVersions, $"from 1 to {LocalSecretStoreOptions.GreatestMaxVersions}");
        }

        void CheckNames(string property, IList<string> names)
        {
            for (int i = 0; i < names.Count; i++)
            {
                if (string.IsNullOrWhiteSpace(names[i]))
                    Fail($"{property}:{i}", names[i], ProviderName);
                else if (names.IndexOf(names[i]) < i)
                    Fail($"{property}:{i}", names[i], "listed once only");
            }
        }

        void CheckRoute(int i)
        {
            SecretRoute route = options.Routes[i];
            string key = $"{nameof(options.Routes)}:{i}";
            CheckNames($"{key}:{nameof(route.Providers)}", route.Providers);
            if (route.Providers.Count == 0)
                Fail($"{key}:{nameof(route.Providers)}", value: null, "the names of one or more secret providers");
            if (string.IsNullOrWhiteSpace(route.Pattern))
            {
                Fail($"{key}:{nameof(route.Pattern)}", route.Pattern, "what the names begin with and '*', or a whole name");
                return;
            }

            if (options.Routes.Take(i).FirstOrDefault(r => SecretPattern.Covers(r.Pattern, route.Pattern)) is { } first)
            {
                Fail(
                    $"{key}:{nameof(route.Pattern)}",
                    route.Pattern,
                    $"placed before the route {options.Routes.IndexOf(first)} ('{first.Pattern}'), which takes every name that it could match");
            }

            if (route.StripPrefix is { Length: > 0 } strip
                && !(SecretPattern.LiteralPrefix(route.Pattern).StartsWith(strip, StringComparison.Ordinal) && strip != route.Pattern))
            {
                Fail(
                    $"{key}:{nameof(route.StripPrefix)}",
                    strip,
                    $"what every name of the pattern '{route.Pattern}' begins with, and leave something of the name");
            }
        }

        void CheckResilience(string key, SecretResilienceOptions own)
        {
            CheckNumber(nameof(own.MaxRetries), own.MaxRetries, 0, 10);
            CheckSpan(nameof(own.RetryDelay), own.RetryDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            CheckSpan(nameof(own.MaxRetryDelay), own.MaxRetryDelay, TimeSpan.Zero, TimeSpan.FromMinutes(10));
            CheckSpan(nameof(own.AttemptTimeout), own.AttemptTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10));
            CheckNumber(nameof(own.FailureRatio), own.FailureRatio, 0.01, 1);
            CheckNumber(nameof(own.MinimumThroughput), own.MinimumThroughput, 2, 10_000);
            CheckSpan(nameof(own.SamplingDuration), own.SamplingDuration, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
            CheckSpan(nameof(own.BreakDuration), own.BreakDuration, TimeSpan.FromMilliseconds(500), TimeSpan.FromHours(1));

            void CheckSpan(string property, TimeSpan? value, TimeSpan minimum, TimeSpan maximum)
            {
                if (value is { } span)
                    CheckRange($"{key}:{property}", span, minimum, maximum);
            }

            void CheckNumber(string property, double? value, double minimum, double maximum)
            {
                if (value is { } number && !(number >= minimum && number <= maximum))
                    Fail($"{key}:{property}", number, FormattableString.Invariant($"from {minimum} to {maximum}"));
            }
        }

        void CheckRange(string property, TimeSpan value, TimeSpan minimum, TimeSpan maximum)
        {
            if (value < minimum || value > maximum)
                Fail(property, value, $"from {minimum:c} to {maximum:c}");
        }

        void Fail(string property, object? value, string rule) =>
            result.AddError(FormattableString.Invariant($"{SecretOptions.SectionName}:{property} is '{value}'; it must be {rule}."));
    }
}
