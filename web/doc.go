// Package web is the job request page: what a workspace's record knows, shown
// in a browser, and a run started and cancelled from there.
//
//	browser ──► guard ──► page ──► record, workspace
//	   ▲                    │ html/template
//	   └── live.js ◄── /live (server-sent events): the same templates, in parts
//
// Every part of a page that changes during a run is a template of its own,
// called a fragment. The page has it, and [Server] renders it again while
// somebody looks and sends it when it differs: a page that is opened late, or
// comes back after a lost connection, gets every fragment as it is then.
//
// Rules:
//
//	H1  No byte of a highly_sensitive output leaves: pages know its name, size,
//	    rows and columns. Bytes are read through [pipeline.Viewable] only.
//	H2  Each opening of an output is in the audit before its first byte is
//	    sent. What cannot be noted is not shown.
//	H3  Nothing is answered to who has no session, but the way to get one; a
//	    change needs the session's form token too.
//	H4  No page loads anything from elsewhere or runs a script but our own.
//	    What a study wrote is shown as an image or in a frame that may do nothing.
//	H5  A page is whole without script; only what is live needs one.
//	H6  What is sent is bounded: pages of a table, parts of a log, connections.
//	H7  The page is a view: a run goes on without it.
package web
