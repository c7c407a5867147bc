using Spectre.Console;
using Stele.Cli.Output;

namespace Stele.Cli.Commands;

/// <summary>Shows a person how a long append goes: a bar where the input's length is known, and the rate.</summary>
internal static class AppendProgress
{
    /// <summary>Does the work, and shows what it tells of the bytes done and of itself.</summary>
    public static Task ShowAsync(Terminal terminal, long? bytes, Func<Action<long, string>, Task> work)
    {
        if (!terminal.HasAudience) return work((_, _) => { });
        ProgressColumn[] columns = bytes is null
            ? [new SpinnerColumn(), Words()]
            : [new ProgressBarColumn(), new PercentageColumn(), Words()];
        return terminal.Talk.Progress().AutoClear(true).Columns(columns).StartAsync(progress =>
        {
            var task = progress.AddTask("appending", maxValue: Math.Max(1, bytes ?? 1));
            return work((done, text) =>
            {
                task.Description = text;
                if (bytes is not null) task.Value = Math.Max(task.Value, done);
            });
        });
    }

    private static TaskDescriptionColumn Words() => new() { Alignment = Justify.Left };
}
