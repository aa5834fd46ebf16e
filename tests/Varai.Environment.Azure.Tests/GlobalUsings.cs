global using Varai.Tests.TestResources;
global using Xunit;
