namespace Varai.AzureCloud.Secrets;

/// <summary>Who the service is when it logs in to Azure.</summary>
public enum AzureKeyVaultIdentity
{
    /// <summary>Whatever <c>DefaultAzureCredential</c> finds: environment variables, workload identity, managed identity, and on a
    /// developer's machine the tools that are logged in.</summary>
    Default = 0,

    /// <summary>The managed identity of the machine, container or function; with
    /// <see cref="AzureKeyVaultOptions.ClientId"/> a user-assigned one.</summary>
    ManagedIdentity = 1,

    /// <summary>A Kubernetes service account that is federated with an Entra application.</summary>
    WorkloadIdentity = 2,

    /// <summary>An Entra application with a client secret: <see cref="AzureKeyVaultOptions.TenantId"/>,
    /// <see cref="AzureKeyVaultOptions.ClientId"/> and <see cref="AzureKeyVaultOptions.ClientSecretFile"/>.</summary>
    ClientSecret = 3,

    /// <summary>An Entra application with a certificate: <see cref="AzureKeyVaultOptions.TenantId"/>,
    /// <see cref="AzureKeyVaultOptions.ClientId"/> and <see cref="AzureKeyVaultOptions.ClientCertificateFile"/>.</summary>
    ClientCertificate = 4,
}
