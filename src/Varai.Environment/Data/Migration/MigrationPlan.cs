using System.Security.Cryptography;
using System.Text;

namespace Varai.Data.Migration;

/// <summary>Tells whether two requests ask for the same.</summary>
internal static class MigrationPlan
{
    private const char End = '\0';

    public static string HashOf(DataMigrationRequest request, string component)
    {
        var text = new StringBuilder();
        text.Append(component).Append(End).Append(request.Source).Append(End).Append(request.Target).Append(End).Append(request.DeleteMissing);
        if (request.Masking is { } policy)
        {
            text.Append(End).Append(policy.KeySecret);
            foreach (string line in policy.Rules.Select(r => $"{r.Key.Table}{End}{r.Key.Column}{End}{r.Value.Kind}{End}{r.Value.Length}")
                .Concat(policy.Filters.Select(f => $"{f.Key}{End}{f.Value}"))
                .Concat(policy.Excluded)
                .Order(StringComparer.Ordinal))
            {
                text.Append(End).Append(line);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
