using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;

namespace Varai.AzureCloud.Secrets;

/// <summary>Makes the credential that the options describe.</summary>
internal static class AzureCredentials
{
    public static TokenCredential Create(AzureKeyVaultOptions options, HttpPipelineTransport? transport) => options.Identity switch
    {
        AzureKeyVaultIdentity.ManagedIdentity => new ManagedIdentityCredential(With(
            new ManagedIdentityCredentialOptions(
                options.ClientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(options.ClientId)),
            options,
            transport)),
        AzureKeyVaultIdentity.WorkloadIdentity => new WorkloadIdentityCredential(Workload(options, transport)),
        AzureKeyVaultIdentity.ClientSecret => new ClientSecretFileCredential(
            options.TenantId!,
            options.ClientId!,
            options.ClientSecretFile!,
            WithoutRetries(With(new ClientSecretCredentialOptions { DisableInstanceDiscovery = options.DisableInstanceDiscovery }, options, transport))),
        AzureKeyVaultIdentity.ClientCertificate => new ClientCertificateCredential(
            options.TenantId,
            options.ClientId,
            options.ClientCertificateFile,
            WithoutRetries(With(new ClientCertificateCredentialOptions { DisableInstanceDiscovery = options.DisableInstanceDiscovery }, options, transport))),
        _ => new DefaultAzureCredential(Default(options, transport)),
    };

    private static WorkloadIdentityCredentialOptions Workload(AzureKeyVaultOptions options, HttpPipelineTransport? transport)
    {
        WorkloadIdentityCredentialOptions workload = WithoutRetries(
            With(new WorkloadIdentityCredentialOptions { DisableInstanceDiscovery = options.DisableInstanceDiscovery }, options, transport));
        if (options.TenantId is not null)
            workload.TenantId = options.TenantId;
        if (options.ClientId is not null)
            workload.ClientId = options.ClientId;
        return workload;
    }

    private static DefaultAzureCredentialOptions Default(AzureKeyVaultOptions options, HttpPipelineTransport? transport)
    {
        DefaultAzureCredentialOptions all = With(
            new DefaultAzureCredentialOptions { DisableInstanceDiscovery = options.DisableInstanceDiscovery }, options, transport);
        if (options.TenantId is not null)
            all.TenantId = options.TenantId;
        if (options.ClientId is not null)
            (all.ManagedIdentityClientId, all.WorkloadIdentityClientId) = (options.ClientId, options.ClientId);
        return all;
    }

    private static TOptions With<TOptions>(TOptions made, AzureKeyVaultOptions options, HttpPipelineTransport? transport)
        where TOptions : TokenCredentialOptions
    {
        if (options.AuthorityHost is not null)
            made.AuthorityHost = options.AuthorityHost;
        if (transport is not null)
            made.Transport = transport;
        made.Diagnostics.IsLoggingContentEnabled = false;
        made.Diagnostics.IsDistributedTracingEnabled = false; // its spans quote what a login was answered
        made.AddPolicy(new LoginErrorPolicy(), HttpPipelinePosition.BeforeTransport);
        return made;
    }

    // The caller repeats. The local endpoints of managed identities keep theirs, which know what those endpoints answer while they start.
    private static TOptions WithoutRetries<TOptions>(TOptions options)
        where TOptions : TokenCredentialOptions
    {
        options.Retry.MaxRetries = 0;
        return options;
    }
}
