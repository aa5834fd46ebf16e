using System.Globalization;
using Microsoft.Extensions.Options;

namespace Varai.Monitoring.Channels;

/// <summary>Refuses options that mean nothing, naming key, value and rule.</summary>
internal sealed class TwilioSmsOptionsValidator : IValidateOptions<TwilioSmsOptions>
{
    public ValidateOptionsResult Validate(string? name, TwilioSmsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new ChannelOptionErrors(name);
        if (!IsSid(options.AccountSid, "AC"))
            errors.Add(nameof(options.AccountSid), options.AccountSid, "must be AC and 32 hexadecimal digits");
        if (options.ApiKeySid is not null && !IsSid(options.ApiKeySid, "SK"))
            errors.Add(nameof(options.ApiKeySid), options.ApiKeySid, "must be SK and 32 hexadecimal digits");
        errors.CheckSecret(nameof(options.AuthToken), options.AuthToken, options.AuthTokenSecret);
        if (string.IsNullOrEmpty(options.From) == string.IsNullOrEmpty(options.MessagingServiceSid))
            errors.Add(nameof(options.From), options.From is { Length: > 0 } ? "and MessagingServiceSid are both set; set one" : "or MessagingServiceSid must be set");
        if (options.MessagingServiceSid is { Length: > 0 } service && !IsSid(service, "MG"))
            errors.Add(nameof(options.MessagingServiceSid), service, "must be MG and 32 hexadecimal digits");
        CheckNumbers(errors, options.To);
        errors.CheckRange(nameof(options.MaxSegments), options.MaxSegments, 1, 10);
        errors.CheckRange(nameof(options.SegmentsPerSecond), options.SegmentsPerSecond, 1, 1000);
        errors.CheckRange(nameof(options.ValidityPeriod), options.ValidityPeriod, TimeSpan.FromSeconds(1), TimeSpan.FromHours(10));
        errors.CheckUrl(nameof(options.ApiUrl), options.ApiUrl, secretName: null, mayBePlain: false);
        errors.CheckMessage(options.Message);
        return errors.Build();
    }

    public static void CheckNumbers(ChannelOptionErrors errors, IList<string> numbers)
    {
        if (numbers.Count == 0)
            errors.Add("To", "must name at least one number");
        for (int i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] is not ['+', >= '1' and <= '9', ..] || numbers[i].Length is < 3 or > 16 || !numbers[i].Skip(1).All(char.IsAsciiDigit))
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"To:{i}"), numbers[i], "must be a number in E.164: + and up to 15 digits");
        }
    }

    private static bool IsSid(string sid, string prefix) =>
        sid.Length == 34 && sid.StartsWith(prefix, StringComparison.Ordinal) && sid.Skip(2).All(char.IsAsciiHexDigit);
}
