using Varai;
using Varai.Secrets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the audit sinks that come with Varai.</summary>
public static class VaraiSecretAuditBuilderExtensions
{
    /// <summary>Logs every access to a secret at the level Information, in the category <c>Varai.Secrets.Audit</c>; a second call
    /// changes nothing.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddSecretAuditLog(this VaraiBuilder builder) => builder.AddSecretAuditSink<SecretAuditLog>();
}
