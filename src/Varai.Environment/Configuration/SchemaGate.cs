using Varai.Configuration.Documents;
using Varai.Configuration.Layers;

namespace Varai.Configuration;

internal sealed class SchemaGate(EnvironmentFolder folder, DocumentLimits limits, bool checkFormats)
{
    public IEnumerable<ConfigurationError> Validate(ConfigurationNode root) { _ = folder; _ = limits; _ = checkFormats; _ = root; return []; }
}
