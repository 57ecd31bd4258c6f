using System.CommandLine;
using Baeum.Models;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum pull OWNER/NAME</c>: brings a model of the Hugging Face hub into the cache that Python shares.</summary>
internal sealed class PullCommand : CliCommand
{
    private readonly Argument<string> name;
    private readonly Option<string?> revision;

    internal PullCommand() : base("pull", "허깅페이스 허브에서 모델 받기", "fetch a model of the hub")
    {
        name = Argument("OWNER/NAME", "허브에 있는 모델의 이름. 끊긴 곳부터 이어 받음", "the model's name on the hub; goes on where it broke off");
        revision = Option("--revision", "R", "브랜치, 태그, 커밋 (기본: main)", "a branch, tag or commit (default: main)");
        Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        using var client = new HubClient();
        var progress = new DownloadProgress(context);
        try
        {
            context.Results.WriteLine(client.DownloadAsync(given.GetValue(name)!, given.GetValue(revision) ?? "main", progress: progress, cancellation: context.Cancellation).GetAwaiter().GetResult());
            return ExitCode.Done;
        }
        finally
        {
            progress.Finish();
        }
    }
}
