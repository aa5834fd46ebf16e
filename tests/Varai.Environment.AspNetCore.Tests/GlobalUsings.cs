global using Varai.AspNetCore.FeatureFlags;
global using Varai.FeatureFlags;
global using Varai.Tests.TestResources;
global using Xunit;
