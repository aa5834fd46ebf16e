using Microsoft.Extensions.Options;

namespace Varai.Secrets;

internal sealed class SecretOptionsValidator : IValidateOptions<SecretOptions>
{
    public ValidateOptionsResult Validate(string? name, SecretOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (string.IsNullOrWhiteSpace(options.Directory))
            Fail(nameof(options.Directory), options.Directory, "a folder, absolute or relative to the content root");
        if (options.Prefix is null || options.Prefix.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
            Fail(nameof(options.Prefix), options.Prefix, "letters, digits and underscores");

        CheckRange(nameof(options.CacheTtl), options.CacheTtl, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
        CheckRange(nameof(options.NegativeCacheTtl), options.NegativeCacheTtl, TimeSpan.Zero, TimeSpan.FromHours(1));
        CheckRange(nameof(options.MaxStale), options.MaxStale, TimeSpan.Zero, TimeSpan.FromDays(30));
        CheckRange(nameof(options.ReadTimeout), options.ReadTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        if (options.MaxEntries is < 1 or > 1_000_000)
            Fail(nameof(options.MaxEntries), options.MaxEntries, "from 1 to 1000000");

        for (int i = 0; i < options.Prefetch.Count; i++)
        {
            if (SecretAddress.FindProblem(options.Prefetch[i]) is { } problem)
                Fail($"{nameof(options.Prefetch)}:{i}", options.Prefetch[i], $"the name of a secret, but it {problem}");
        }

        for (int i = 0; i < options.OptionalProviders.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(options.OptionalProviders[i]))
                Fail($"{nameof(options.OptionalProviders)}:{i}", options.OptionalProviders[i], "the name of a secret provider");
        }

        return result.Build();

        void CheckRange(string property, TimeSpan value, TimeSpan minimum, TimeSpan maximum)
        {
            if (value < minimum || value > maximum)
                Fail(property, value, $"from {minimum:c} to {maximum:c}");
        }

        void Fail(string property, object? value, string rule) =>
            result.AddError(FormattableString.Invariant($"{SecretOptions.SectionName}:{property} is '{value}'; it must be {rule}."));
    }
}
